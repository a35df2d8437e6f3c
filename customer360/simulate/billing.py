"""Subscriptions, invoices and payments of one customer, and the MRR they truly amount to.

A subscription runs in periods from an anchor. At each period's start an invoice is written, in between seats or plans may
change (two prorated lines), at its end the customer stays, pauses, changes the term or leaves. Whether it leaves is
decided by the latent chances; how long MRR truly lasts is noted as it happens, from the contract and not from the lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from customer360.simulate import fx, names
from customer360.simulate.clock import DAY, HOUR, MINUTE, Months, add_months, date_of
from customer360.simulate.company import Customer, office_time
from customer360.simulate.dice import Dice
from customer360.simulate.ids import B36, IdMaker, digits_one, scramble_one
from customer360.simulate.latent import AT_ONCE, PAUSE, TERM_FACTOR, Latents
from customer360.simulate.mess import Mess
from customer360.simulate.plans import Catalogue, Coupon, Plan
from customer360.simulate.recorder import Change, Recorder

#: Days from an unpaid invoice to the end of its subscription.
DUNNING_DAYS = 24
_RETRY_DAYS = (3, 8, 15)
_FAILURES = (("card_declined", "Your card was declined."), ("insufficient_funds", "Your card has insufficient funds."),
             ("expired_card", "Your card has expired."), ("processing_error", "An error occurred while processing your card."))  # fmt: skip
_EU = {"FR", "NL", "AT", "ES", "SE"}


@dataclass
class BillingCustomer:
    """A customer record in the billing tool."""

    id: str
    created: int
    currency: str
    number: str
    invoices: int = 0
    balance: int = 0  # credit (negative) that the next invoice uses up
    trouble: list[tuple[int, bool]] = field(default_factory=list)


@dataclass
class Subscription:
    """A running subscription; `steps` is its true MRR: (from, minor units a period after discount, months)."""

    id: str
    item: str
    payer: BillingCustomer
    plan: Plan
    quantity: int
    created: int
    anchor: int
    coupon: Coupon | None
    coupon_from: int = 0
    versions: list[tuple[int, list]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    ended: int | None = None
    first_plan: str = ""
    first_quantity: int = 0
    trial: tuple[int, int] | None = None


class Biller:
    """Bills one customer over the whole window."""

    def __init__(
        self, seed: int, c: Customer, months: Months, latents: Latents, catalogue: Catalogue,
        luck: np.ndarray, dice: Dice, mess: Mess, ids: IdMaker, rec: Recorder,
    ) -> None:  # fmt: skip
        self.seed, self.c, self.months, self.latents = seed, c, months, latents
        self.catalogue, self.luck, self.dice, self.mess, self.ids, self.rec = catalogue, luck, dice, mess, ids, rec
        self.currency = c.company.country.currency
        self.subs: list[Subscription] = []
        self.payers: list[BillingCustomer] = []
        self.churns: list[tuple[int, str, str]] = []
        self.chances: list[tuple[int, float, float]] = []
        country = c.company.country.code
        x = dice.u()
        self.tax = 0.19 if country == "DE" else 0.20 if country == "GB" else 0.0825 if country == "US" and x < 0.35 else 0.10 if country == "JP" else 0.0
        self.reliability = float(latents.payment[c.i])

    # ---------------------------------------------------------------- the life of a customer

    def run(self) -> None:
        c, dice = self.c, self.dice
        payer = self.open_payer(c.start)
        start: int | None = c.start
        comeback = False
        while start is not None and start < self.months.end:
            end, reason = self.live(payer, start, comeback)
            start = None
            if end is None:
                break
            if reason not in ("trial", "paused") and dice.u() < 0.20:
                back = end + dice.integer(32, 170) * DAY
                back = office_time(dice, back // DAY, c.company.country.zone)
                if back < self.months.end - 20 * DAY:
                    start, comeback = back, True
                    if dice.u() < 0.25:
                        payer = self.open_payer(back)
                        self.rec.count("second_billing_customer_on_return")
        if self.dice.u() < self.mess.stripe_duplicate and c.kind == "customer":
            # another department buys a service on its own billing account
            t = office_time(dice, c.lives[0][0] // DAY + dice.integer(20, 200), c.company.country.zone)
            if t < self.months.end and c.alive(t):
                other = self.open_payer(t - 10 * MINUTE)
                self.one_off(other, t)
                self.rec.count("stripe_duplicate")

    def open_payer(self, t: int) -> BillingCustomer:
        number = digits_one(scramble_one(self.c.company.index * 8 + len(self.payers), 32, 33), 7, B36).upper()
        payer = BillingCustomer(self.ids.stripe("cus"), t - self.dice.integer(1, 30) * MINUTE, self.currency, number)
        self.payers.append(payer)
        return payer

    def live(self, payer: BillingCustomer, start: int, comeback: bool) -> tuple[int | None, str]:
        """One subscription from its start to its end (None: still running at the end of the window)."""
        c, dice, months = self.c, self.dice, self.months
        plan = self.catalogue.plan(c.tier, self.currency, c.interval)
        seats = c.seats
        coupon = self.draw_coupon(plan)
        sub = Subscription(
            self.ids.stripe("sub"), self.ids.stripe("si"), payer, plan, seats, start, start, coupon,
            first_plan=plan.id, first_quantity=seats,
        )  # fmt: skip
        self.subs.append(sub)
        c.plan_name = plan.name
        c.seat_steps.append((start, seats))
        self.life_start = start
        anchor = start
        if c.existing and not comeback:
            sub.coupon = coupon if coupon and coupon.duration == "forever" and coupon.percent != 100 else None
            anchor = start + dice.integer(2, {1: 27, 3: 88, 12: 360}[plan.months]) * DAY
        elif c.kind == "trial" or (not comeback and dice.u() < 0.30):
            end = start + 14 * DAY
            sub.trial = (start, end)
            self.version(sub, start, "trialing", start, end)
            if dice.u() < 0.7:
                self.invoice(sub, payer, start, start, end, [self.line(sub, 0, start, end, "Trial period")], "subscription_create")
            if c.kind == "trial":
                c.lives.append((start, end))
                if end < months.end:
                    self.version(sub, end, "canceled", start, end, canceled=end, ended=end)
                sub.ended = end
                return end, "trial"
            anchor = end
        sub.anchor = anchor
        sub.coupon_from = anchor
        end, reason = self.periods(sub, start if sub.trial is None else anchor, anchor)
        stop = end if end is not None else months.end + 400 * DAY
        if stop > self.life_start:
            c.lives.append((self.life_start, stop))
        sub.ended = end
        return end, reason

    def draw_coupon(self, plan: Plan) -> Coupon | None:
        x = self.dice.u() / 0.26
        acc = 0.0
        for coupon in self.catalogue.coupons:
            acc += coupon.share
            if x < acc:
                fits = coupon.currency in (None, plan.currency) and (coupon.percent != 100 or plan.months == 1)
                return coupon if fits else None
        return None

    def periods(self, sub: Subscription, start: int, anchor: int) -> tuple[int | None, str]:
        """Walk through the periods of a subscription. Returns (end or None, reason)."""
        c, dice, months, i = self.c, self.dice, self.months, self.c.i
        anchor_day = date_of(anchor).day
        k = 0
        s = start
        origin = anchor
        first = True
        pending: tuple[Plan, int] | None = None
        add_on: Subscription | None = None
        cancel_known: int | None = None
        while True:
            if pending:
                self.switch(sub, s, *pending)
                pending = None
            n = sub.plan.months
            if s < origin:  # the first, shorter period of a contract that was moved to the billing tool
                e = origin
                full = e - add_months(e, -n, anchor_day)
            else:
                e = add_months(origin, (k + 1) * n, anchor_day)
                full = e - s
                k += 1
            part = (e - s) / full
            gross = int(sub.plan.amount * sub.quantity * part + 0.5) if part < 1 else sub.plan.amount * sub.quantity
            off = self.discount(sub, gross, s, True)
            whole = sub.plan.amount * sub.quantity
            whole_off = self.discount(sub, whole, s, True)
            sub.steps.append((s, whole - whole_off, n))
            line = self.line(sub, gross, s, e, None, off=off, proration=part < 1)
            lines = [line]
            if first and c.tier >= 2 and not c.existing and dice.u() < 0.5:
                lines.append(self.service_line(s, 0))
            # does this invoice remain unpaid for good?
            cut = s + DUNNING_DAYS * DAY
            m_cut = months.index(cut)
            cut_off = (
                whole > whole_off and 0 <= m_cut < months.count and cut < e
                and self.luck[1, i, m_cut] < self.latents.no_pay[i, m_cut] and not first
            )  # fmt: skip
            reason = "subscription_create" if first and sub.trial is None else "subscription_cycle"
            recovery = self.invoice(sub, sub.payer, s, s, e, lines, reason, unpaid=cut if cut_off else None)
            self.version(sub, s, "active", s, e)
            if recovery is not None:
                self.version(sub, recovery[0], "past_due", s, e)
                if recovery[1] is not None and recovery[1] < e:
                    self.version(sub, recovery[1], "active", s, e)
            first = False
            if cut_off:
                return self.finish(sub, add_on, s, cut, s, e, "nonpayment", cut)
            if add_on is None and n and s >= origin and dice.u() < 0.006 * n and c.tier >= 1 and (
                sub.coupon is None or sub.coupon.percent != 100
            ):
                add_on = self.open_add_on(sub, s, anchor_day)
            if n and dice.u() < 0.010 * n and s + 5 * DAY < months.end:  # a service bought on the side
                t = office_time(dice, s // DAY + dice.integer(3, 27 * n), c.company.country.zone)
                if s < t < min(e, months.end):
                    self.one_off(sub.payer, t)
            # in the middle of the period
            stop = self.middle(sub, s, e, full)
            if stop is not None:
                return self.finish(sub, add_on, s, stop, s, e, "immediate", stop)
            pending, self.deferred = self.deferred, None
            # at its end
            m = months.index(e)
            horizon = min(m, months.count + 2)
            leave = self.chance(horizon, n)
            decided = m < months.count + 3
            yearly = sub.steps[-1][1] * 12 / n
            if decided and self.luck[0, i, horizon] < leave:
                lead = {1: (2, 24), 3: (5, 70), 12: (15, 110)}[n]
                asked = max(s + DAY, e - dice.integer(*lead) * DAY)
                asked = min(office_time(dice, asked // DAY, c.company.country.zone), e - HOUR)
                if asked <= s:
                    asked = s + HOUR
                self.version(sub, asked, "active", s, e, cancel_at=e, canceled=asked, at_end=True)
                if n == 12:
                    c.happenings.append(("lost renewal", e, yearly, self.currency))
                if e >= months.end:
                    self.run_add_on(add_on, months.end)
                    sub.steps.append((e, 0, 1))
                    return e if e < months.end else None, "cancelled"
                return self.finish(sub, add_on, s, e, s, e, "cancelled", asked, at_end=True)
            if decided and self.luck[2, i, horizon] < PAUSE * min(n, 2) and e < months.end:
                resume = e + dice.integer(30, 88) * DAY
                resume = office_time(dice, resume // DAY, c.company.country.zone)
                self.run_add_on(add_on, e, stop=True)
                add_on = None
                sub.steps.append((e, 0, 1))
                self.version(sub, e, "paused", s, e)
                self.note_end(e, "paused", "pause")
                c.lives.append((self.life_start, e))
                self.life_start = resume
                if resume >= months.end:
                    return e, "paused"
                s = origin = resume
                anchor_day = date_of(resume).day
                k = 0
                continue
            if n == 12:
                c.happenings.append(("renewal", e, yearly, self.currency))
            s = e
            if s >= months.end:
                self.run_add_on(add_on, months.end)
                return None, ""
            if n == 1 and pending is None and dice.u() < 0.008 and c.tier > 0:
                longer = self.catalogue.plan(sub.plan.tier, self.currency, 12)
                if longer.months == 12:
                    pending = (longer, sub.quantity)
            if n != sub.plan.months or pending:
                origin, k = s, 0

    def finish(
        self, sub: Subscription, add_on: Subscription | None, s: int, end: int, ps: int, pe: int, reason: str,
        asked: int, at_end: bool = False,
    ) -> tuple[int, str]:  # fmt: skip
        """End a subscription and what hangs on it."""
        self.run_add_on(add_on, end, stop=True)
        sub.steps.append((end, 0, 1))
        self.version(
            sub, end, "canceled", ps, pe, cancel_at=end if at_end else None, canceled=asked, ended=end, at_end=at_end
        )
        self.note_end(end, reason, reason)
        return end, reason

    def note_end(self, t: int, reason: str, cause: str) -> None:
        self.churns.append((t, reason, cause))

    def chance(self, month: int, term: int) -> float:
        """True chance to leave at a period end in that month."""
        h = self.latents.leave[self.c.i, max(month, 0)]
        return float(1.0 - (1.0 - h) ** TERM_FACTOR[term])

    # ---------------------------------------------------------------- changes in the middle of a period

    deferred: tuple[Plan, int] | None = None
    life_start: int = 0

    def middle(self, sub: Subscription, s: int, e: int, full: int) -> int | None:
        """Seat and plan changes inside [s, e); returns the time of an immediate cancellation, if any."""
        c, months, i = self.c, self.months, self.c.i
        self.deferred = None
        for m in range(max(months.index(s), 0), min(months.index(e - 1), months.count - 1) + 1):
            draws = self.luck[3:8, i, m]
            t0, t1 = max(s + 2 * DAY, months.start[m]), min(e, months.start[m + 1])
            if t1 - t0 < 3 * DAY:
                continue
            if draws[0] < AT_ONCE * 0.999:
                t = office_time(self.dice, int((t0 + (t1 - t0) * float(draws[4])) // DAY), c.company.country.zone)
                if s + DAY < t < e - DAY:
                    self.credit_rest(sub, t, s, e, full)
                    return t
            energy = self.latents.state("engagement", i, m)
            grow = 0.034 * np.exp(0.45 * min(energy, 2.0))
            shrink = 0.012 * np.exp(-0.55 * max(energy, -2.0))
            plan, seats, x = sub.plan, sub.quantity, float(draws[1])
            if x < grow:
                seats += max(1, round(seats * (0.10 + 0.35 * float(draws[2]))))
            elif x < grow + shrink and seats > 1:
                seats -= max(1, round(seats * (0.10 + 0.25 * float(draws[2]))))
            elif x > 1 - 0.006 * np.exp(0.4 * min(energy, 2.0)) and plan.tier < 3:
                plan = self.catalogue.plan(plan.tier + 1, self.currency, plan.months)
            elif x > 1 - 0.006 * np.exp(0.4 * min(energy, 2.0)) - 0.003 * np.exp(-0.4 * max(energy, -2.0)) and plan.tier > 0:
                plan = self.catalogue.plan(plan.tier - 1, self.currency, plan.months)
            if (plan is sub.plan and seats == sub.quantity) or plan.months != sub.plan.months:
                continue
            if sub.coupon is not None and sub.coupon.percent == 100:
                continue
            up = plan.amount * seats > sub.plan.amount * sub.quantity
            t = office_time(self.dice, int((t0 + (t1 - t0) * float(draws[3])) // DAY), c.company.country.zone)
            late = not s + 2 * DAY < t < e - 0.2 * (e - s)
            if late or (not up and float(draws[4]) < 0.55):
                self.deferred = (plan, seats)
            else:
                self.deferred = None
                self.change(sub, t, s, e, full, plan, seats)
        return None

    def change(self, sub: Subscription, t: int, s: int, e: int, full: int, plan: Plan, seats: int) -> None:
        """Upgrade or downgrade at t: credit for the rest of the old, charge for the rest of the new."""
        part = (e - t) / full
        old_net = sub.steps[-1][1]
        credit = -int(old_net * part + 0.5)
        old_line = self.line(
            sub, credit, t, e, f"Unused time on {sub.quantity} × {sub.plan.name}", proration=True
        )
        self.switch(sub, t, plan, seats)
        gross = int(plan.amount * seats * part + 0.5)
        off = self.discount(sub, gross, t, False)
        new_line = self.line(
            sub, gross, t, e, f"Remaining time on {seats} × {plan.name}", off=off, proration=True
        )
        whole = plan.amount * seats
        sub.steps.append((t, whole - self.discount(sub, whole, t, False), plan.months))
        self.invoice(sub, sub.payer, t, t, e, [old_line, new_line], "subscription_update")
        self.version(sub, t, "active", s, e)

    def switch(self, sub: Subscription, t: int, plan: Plan, seats: int) -> None:
        if plan is sub.plan and seats == sub.quantity:
            return
        before = sub.plan.amount * sub.quantity * 12 / sub.plan.months
        after = plan.amount * seats * 12 / plan.months
        sub.plan, sub.quantity = plan, seats
        sub.changes.append((t, ((2, plan.id), (3, seats))))
        self.c.seat_steps.append((t, seats))
        self.c.seats, self.c.tier, self.c.interval = seats, plan.tier, plan.months
        self.c.plan_name = plan.name
        kind = "expansion" if after > before else "contraction"
        self.c.happenings.append((kind, t, abs(after - before), self.currency))

    def credit_rest(self, sub: Subscription, t: int, s: int, e: int, full: int) -> None:
        """Credit for the unused rest when a subscription is cancelled at once."""
        credit = -int(sub.steps[-1][1] * (e - t) / full + 0.5)
        if credit:
            line = self.line(sub, credit, t, e, f"Unused time on {sub.quantity} × {sub.plan.name}", proration=True)
            self.invoice(sub, sub.payer, t, t, e, [line], "subscription_update")

    # ---------------------------------------------------------------- add-ons and one-offs

    def open_add_on(self, sub: Subscription, s: int, anchor_day: int) -> Subscription:
        plan = self.catalogue.plan(-1, self.currency, 1)
        add_on = Subscription(
            self.ids.stripe("sub"), self.ids.stripe("si"), sub.payer, plan, 1, s, s, None,
            first_plan=plan.id, first_quantity=1,
        )  # fmt: skip
        add_on.coupon_from = anchor_day
        self.subs.append(add_on)
        self.c.happenings.append(("expansion", s, plan.amount * 12, self.currency))
        return add_on

    def run_add_on(self, add_on: Subscription | None, end: int, stop: bool = False) -> None:
        """Bill an add-on month by month until `end`, where the main subscription ends (or the window does)."""
        if add_on is None or add_on.ended is not None:
            return
        s, day, first = add_on.anchor, add_on.coupon_from, not add_on.steps
        while s < min(end, self.months.end):
            e = add_months(s, 1, day)
            add_on.steps.append((s, add_on.plan.amount, 1))
            line = self.line(add_on, add_on.plan.amount, s, e, None)
            reason = "subscription_create" if first else "subscription_cycle"
            self.invoice(add_on, add_on.payer, s, s, e, [line], reason, always_paid=True)
            self.version(add_on, s, "active", s, e)
            first = False
            if e > end:
                break
            leaves = self.dice.u() < 0.025
            if leaves and e < end:
                asked = max(s + HOUR, e - self.dice.integer(2, 20) * DAY)
                self.version(add_on, asked, "active", s, e, cancel_at=e, canceled=asked, at_end=True)
                self.version(add_on, e, "canceled", s, e, cancel_at=e, canceled=asked, ended=e, at_end=True)
                add_on.steps.append((e, 0, 1))
                add_on.ended = e
                return
            s = e
        add_on.anchor = s
        if stop and end < self.months.end:
            previous = add_months(s, -1, day) if s >= end else s
            self.version(add_on, end, "canceled", previous, add_months(previous, 1, day), canceled=end, ended=end)
            add_on.steps.append((end, 0, 1))
            add_on.ended = end

    def one_off(self, payer: BillingCustomer, t: int) -> None:
        """A service bought on its own invoice."""
        self.invoice(None, payer, t, t, t, [self.service_line(t, self.dice.integer(1, 3))], "manual")

    def service_line(self, t: int, which: int) -> list:
        _, name, amount = self.catalogue.one_offs[self.currency][which]
        return [
            self.ids.stripe("il"), None, "invoiceitem", name, amount, self.currency, 1, None, None, None, False, t, t,
            None, 0, None,
        ]  # fmt: skip

    # ---------------------------------------------------------------- rows

    def discount(self, sub: Subscription, amount: int, t: int, first: bool) -> int:
        coupon = sub.coupon
        if coupon is None or amount <= 0:
            return 0
        if coupon.duration == "once" and (t != sub.coupon_from or not first):
            return 0
        if coupon.duration == "repeating" and t >= add_months(sub.coupon_from, coupon.months or 0):
            return 0
        return coupon.off(amount, first)

    def line(
        self, sub: Subscription, amount: int, s: int, e: int, text: str | None, off: int = 0, proration: bool = False
    ) -> list:
        """A line's columns, then its discount and coupon."""
        if text is None:
            text = f"{sub.quantity} × {sub.plan.name}"
        return [
            self.ids.stripe("il"), None, "subscription", text, amount, self.currency, sub.quantity, sub.plan.id, sub.id,
            sub.item, proration, s, e, None, off, sub.coupon.id if sub.coupon and off else None,
        ]  # fmt: skip

    def invoice(
        self, sub: Subscription | None, payer: BillingCustomer, t: int, ps: int, pe: int, lines: list[list], reason: str,
        unpaid: int | None = None, always_paid: bool = False,
    ) -> tuple[int, int | None] | None:  # fmt: skip
        """Write an invoice with its lines, discounts and payments.

        Returns (first failure, recovery or None) when a card payment failed, else None."""
        dice, rec = self.dice, self.rec
        if t >= self.months.end:
            return None
        x = dice.u()
        if x < self.mess.void_invoice and unpaid is None and lines[0][4] > 0:
            self.write_invoice(sub, payer, t + 2 * MINUTE, ps, pe, [list(ln) for ln in lines], reason, "void")
            rec.count("void_invoice")
        elif x < self.mess.void_invoice + self.mess.draft_invoice and lines[0][4] > 0:
            self.write_invoice(sub, payer, t + DAY, ps, pe, [list(ln) for ln in lines], "manual", "draft")
            rec.count("draft_invoice")
        return self.write_invoice(sub, payer, t, ps, pe, lines, reason, "open", unpaid, always_paid)

    def write_invoice(
        self, sub: Subscription | None, payer: BillingCustomer, t: int, ps: int, pe: int, lines: list[list], reason: str,
        state: str, unpaid: int | None = None, always_paid: bool = False,
    ) -> tuple[int, int | None] | None:  # fmt: skip
        dice, rec, ids = self.dice, self.rec, self.ids
        ident = ids.stripe("in")
        subtotal = sum(ln[4] for ln in lines)
        off = sum(ln[14] for ln in lines)
        tax = int((subtotal - off) * self.tax + 0.5) if self.tax and subtotal > off else 0
        total = subtotal - off + tax
        fresh = state != "open"
        for ln in lines:
            values = ln[:14]
            if fresh:
                values[0] = ids.stripe("il")
            values[1] = ident
            rec.add("stripe.invoice_line_item", t, values, late=self.lateness())
            if ln[14]:
                rec.add(
                    "stripe.discount",
                    t,
                    [ids.stripe("di"), "invoice_line_item", values[0], ln[14], ln[15], payer.id, ident, None, values[8], t, None],
                )
        due = max(total, 0)
        if state == "open":
            payer.invoices += 1
            if total < 0:
                payer.balance += total
            elif payer.balance < 0 and due:
                used = min(due, -payer.balance)
                payer.balance += used
                due -= used
        number = f"{payer.number}-{payer.invoices:04d}" if state == "open" else None
        row = [
            ident, payer.id, sub.id if sub else None, number, state, self.currency, t, None, None, None,
            due, 0, due, subtotal, tax if tax else None, total, reason, False, 0, 0, 0, False, None,
        ]  # fmt: skip
        changes: list[Change] = []
        result = None
        if state == "void":
            row[3] = f"{payer.number}-{payer.invoices:04d}V"
            row[4] = "open"
            changes.append((t + 15 * MINUTE, ((4, "void"), (12, 0))))
        elif state == "open":
            result = self.pay(row, changes, payer, t, due, unpaid, always_paid, sub)
        rec.add("stripe.invoice", t, row, changes)
        return result

    def pay(
        self, row: list, changes: list[Change], payer: BillingCustomer, t: int, due: int, unpaid: int | None,
        always_paid: bool, sub: Subscription | None,
    ) -> tuple[int, int | None] | None:  # fmt: skip
        dice = self.dice
        if due == 0:
            row[4], row[17] = "paid", True
            return None
        if self.c.bank_transfer and unpaid is None:
            row[7] = t + 30 * DAY
            if dice.u() < 0.012:  # something on the invoice was wrong: credited before it is paid
                credit = max(1, int(due * (0.05 + 0.2 * dice.u())))
                when = office_time(dice, t // DAY + 2, "Europe/Berlin")
                if when < self.months.end:
                    self.rec.add(
                        "stripe.credit_note",
                        when,
                        [self.ids.stripe("cn"), row[0], None, credit, self.currency, when, "issued", "pre_payment",
                         "order_change", 0, credit, credit, None],
                    )  # fmt: skip
                    due -= credit
                    changes.append((when, ((10, due), (12, due), (19, credit))))
            late = 26 + 9 * dice.normal() - 7 * min(self.reliability, 1.0)
            when = office_time(dice, (t + int(min(max(late, 3), 75)) * DAY) // DAY, "Europe/Berlin")
            self.charge(row[0], payer, when, due, None)
            changes.append((when, ((4, "paid"), (11, due), (12, 0), (17, True), (18, 1))))
            if when > row[7]:
                payer.trouble += [(row[7], True), (when, False)]
                self.c.billing_trouble.append(row[7])
            self.after_payment(row, changes, payer, when, due)
            return None
        first = t + 65 * MINUTE
        if unpaid is not None:
            attempts = [first, *(first + d * DAY for d in _RETRY_DAYS)]
            for n, when in enumerate(attempts):
                self.charge(row[0], payer, when, due, dice.pick(_FAILURES))
                changes.append((when, ((18, n + 1),)))
            changes.append((unpaid, ((4, "uncollectible"),)))
            payer.trouble.append((first, True))
            self.c.billing_trouble.append(first)
            return first, None
        fail = 0.035 * np.exp(-0.75 * self.reliability)
        if always_paid or dice.u() >= fail:
            self.charge(row[0], payer, first, due, None)
            changes.append((first, ((4, "paid"), (11, due), (12, 0), (17, True), (18, 1))))
            self.after_payment(row, changes, payer, first, due)
            return None
        tries = 1 if dice.u() < 0.62 else 2 if dice.u() < 0.8 else 3
        when = first
        for n in range(tries):
            when = first + (0 if n == 0 else _RETRY_DAYS[n - 1] * DAY)
            self.charge(row[0], payer, when, due, dice.pick(_FAILURES))
            changes.append((when, ((18, n + 1),)))
        when = first + _RETRY_DAYS[tries - 1] * DAY
        self.charge(row[0], payer, when, due, None)
        changes.append((when, ((4, "paid"), (11, due), (12, 0), (17, True), (18, tries + 1))))
        payer.trouble += [(first, True), (when, False)]
        self.c.billing_trouble.append(first)
        return first, when

    def charge(
        self, invoice: str, payer: BillingCustomer, t: int, amount: int, failure: tuple[str, str] | None
    ) -> None:
        if t >= self.months.end:
            return
        ident = self.ids.stripe("ch")
        ok = failure is None
        code, text = failure or (None, None)
        row = [ident, invoice, payer.id, amount, 0, self.currency, t, "succeeded" if ok else "failed", ok, ok, False,
               code, text, None]  # fmt: skip
        changes: list[Change] = []
        self.last_charge = (ident, row, changes)
        self.rec.add("stripe.charge", t, row, changes)

    last_charge: tuple[str, list, list] | None = None

    def after_payment(self, row: list, changes: list[Change], payer: BillingCustomer, t: int, due: int) -> None:
        """Refunds and credit notes."""
        dice, rec, ids = self.dice, self.rec, self.ids
        if dice.u() >= 0.014 or self.last_charge is None or self.last_charge[0] is None or t >= self.months.end:
            return
        ident, _, charge_changes = self.last_charge
        x = dice.u()
        when = office_time(dice, t // DAY + dice.integer(2, 25), self.c.company.country.zone)
        share = 1.0 if x < 0.35 else 0.15 + 0.5 * dice.u()
        amount = max(1, int(due * share))
        note = ids.stripe("cn")
        if when >= self.months.end:
            return
        refund = None
        if x < 0.75:
            refund = ids.stripe("re")
            why = dice.pick(("requested_by_customer", "requested_by_customer", "duplicate"))
            rec.add("stripe.refund", when, [refund, ident, amount, self.currency, when, "succeeded", why],
                    late=self.lateness())  # fmt: skip
            charge_changes.append((when, ((4, amount), (10, amount == due))))
        if x < 0.30 or x >= 0.75:
            why = dice.pick(("product_unsatisfactory", "order_change", "duplicate"))
            rec.add(
                "stripe.credit_note",
                when,
                [note, row[0], refund, amount, self.currency, when, "issued", "post_payment", why, 0, amount, amount, None],
            )
            changes.append((when, ((20, amount),)))

    def version(
        self, sub: Subscription, t: int, status: str, ps: int, pe: int, cancel_at: int | None = None,
        canceled: int | None = None, ended: int | None = None, at_end: bool = False,
    ) -> None:  # fmt: skip
        if t >= self.months.end:
            return
        trial = sub.trial or (None, None)
        sub.versions.append(
            (
                t,
                [sub.id, sub.payer.id, status, sub.created, None, ps, pe, cancel_at, at_end, canceled, ended,
                 trial[0], trial[1], sub.quantity, None, True],
            )  # fmt: skip
        )

    def lateness(self) -> int:
        return self.dice.integer(2, 9) if self.dice.u() < self.mess.late else 0

    # ---------------------------------------------------------------- when all is known

    def write(self) -> None:
        """Subscriptions, the truth, and what other parts of the simulation need."""
        c, rec = self.c, self.rec
        for sub in self.subs:
            if not sub.versions:
                continue
            rec.add_versions("stripe.subscription_history", sorted(sub.versions, key=lambda v: v[0]))
            rec.add(
                "stripe.subscription_item",
                sub.created,
                [sub.item, sub.id, sub.first_plan, sub.first_quantity, sub.created, None],
                sub.changes,
            )
        self.write_truth()
        for p in self.payers:
            self.write_payer(p)

    def mrr(self, t: int) -> Decimal:
        """True MRR at an instant, major units."""
        minor = Decimal(0)
        for sub in self.subs:
            now = None
            for step in sub.steps:
                if step[0] > t:
                    break
                now = step
            if now is not None and now[1]:
                minor += Decimal(now[1]) / now[2]
        return minor / 10 ** fx.MINOR_DIGITS[self.currency]

    def write_truth(self) -> None:
        c, rec, months = self.c, self.rec, self.months
        edges = sorted({step[0] for sub in self.subs for step in sub.steps})
        points = [(t, self.mrr(t)) for t in edges]
        open_from = None
        for t, value in points:
            if value > 0 and open_from is None:
                open_from = t
            elif value == 0 and open_from is not None:
                c.paid.append((open_from, t))
                open_from = None
        if open_from is not None:
            c.paid.append((open_from, months.end + 400 * DAY))
        reasons = {t: (r, k) for t, r, k in self.churns}
        for _, t in c.paid:
            if t < months.end:
                reason, cause = reasons.get(t, ("cancelled", "cancelled"))
                rec.add("truth.churn", t, [c.company.true_id, t // DAY, reason, cause])
                c.happenings.append(("churn", t, 0.0, self.currency))
        for m in range(months.count):
            t = months.start[m + 1] - 1
            value = self.mrr(t)
            if value <= 0:
                continue
            last = months.last_day(m)
            day = t // DAY
            rate = fx.rate(self.currency, last.year, last.month)
            rec.add(
                "truth.mrr_months",
                t,
                [c.company.true_id, day, self.currency, value.quantize(Decimal("0.000001")),
                 (value * rate).quantize(Decimal("0.000001"))],
            )  # fmt: skip
            p30, p90 = self.odds(t + 1)
            rec.add("truth.churn_probability", t, [c.company.true_id, day, round(p30, 6), round(p90, 6)])

    def odds(self, t: int) -> tuple[float, float]:
        """True chance that MRR ends within 30 and 90 days after t, given the latent state at t."""
        sub = next(
            (x for x in self.subs if x.plan.tier >= 0 and x.created <= t and (x.ended is None or x.ended >= t)), None
        )
        if sub is None:
            return 0.0, 0.0
        i, months = self.c.i, self.months
        plan_months = next((st[2] for st in reversed(sub.steps) if st[0] <= t and st[1] > 0), sub.plan.months)
        ends = self.coming_ends(sub, t, plan_months)
        out = []
        for days in (30, 90):
            limit = t + days * DAY
            stay = (1.0 - AT_ONCE) ** (days / 30.4)
            for e in ends:
                if e <= limit:
                    m = min(months.index(e), self.latents.leave.shape[1] - 1)
                    stay *= (1.0 - self.chance(m, plan_months)) * (1.0 - PAUSE * min(plan_months, 2))
            for s in (add_months(ends[0], -plan_months), *ends):
                if t < s + DUNNING_DAYS * DAY <= limit:
                    stay *= 1.0 - float(self.latents.no_pay[i, 0])
            out.append(1.0 - stay)
        return out[0], out[1]

    def coming_ends(self, sub: Subscription, t: int, term: int) -> list[int]:
        """Period ends of a subscription after t, for the next hundred days (at least one)."""
        at = next(v for v in reversed([v for v in sub.versions if v[0] <= t]) if v is not None)[1]
        e = at[6]
        day = date_of(e).day
        while e < t:
            e = add_months(e, term, day)
        ends = [e]
        while ends[-1] < t + 100 * DAY:
            ends.append(add_months(ends[-1], term, day))
        return ends

    def write_payer(self, payer: BillingCustomer) -> None:
        """The billing customer's own row."""
        c, dice, mess, company = self.c, self.dice, self.mess, self.c.company
        if payer.created >= self.months.end:
            return
        country = company.country
        name = company.legal
        spelled = names.spell(company, dice)
        if dice.u() < mess.odd_spelling:
            name = spelled
        domain = company.domain
        people = c.people_at(payer.created) or c.people
        wanted = dice.pick(("economic_buyer", "champion"))
        person = next((p for p in people if p.role == wanted), people[0])
        x = dice.u()
        role = dice.pick(names.ROLE_ADDRESSES)
        if x < mess.role_address:
            self.rec.count("role_address")
            email = f"{role}@{domain}"
        elif x < mess.role_address + mess.free_mail_billing and not c.strong_ids:
            self.rec.count("free_mail_billing")
            email = person.other_email
        else:
            email = person.email
        if c.strong_ids and company.shares_domain:
            email = person.email
        phone = names.show_phone(company.phone_digits, country, dice.integer(0, 4))
        y, z = dice.u(), dice.pick(names.PLACEHOLDER_PHONES)
        phone_out: str | None = phone
        if y < mess.missing_phone:
            phone_out = None
            self.rec.count("missing_phone")
        elif y < mess.missing_phone + mess.placeholder_phone:
            phone_out = z
            self.rec.count("placeholder_phone")
        crm = c.crm_id
        short = dice.u() < mess.short_id
        metadata = None
        if crm and (dice.u() >= mess.missing_metadata or c.strong_ids):
            self.rec.count("short_id", short)
            metadata = '{"salesforce_account_id": "' + (crm[:15] if short else crm) + '"}'
            if dice.u() < 0.1:
                metadata = metadata[:-1] + ', "source": "web"}'
        else:
            self.rec.count("missing_metadata")
        tax_id = kind = status = None
        if country.vat and country.code != "GB" and payer is self.payers[0] and dice.u() < 0.8:
            tax_id = f"{country.vat}{scramble_one(company.index | (self.ids.world << 17), 28, 77):09d}"
            kind, status = "eu_vat", "verified" if dice.u() < 0.85 else "unverified"
        changes: list[Change] = []
        late = 0
        for when, bad in sorted(payer.trouble):
            if when < self.months.end:
                late = max(0, late + (1 if bad else -1))
                changes.append((when, ((7, late > 0),)))
        deleted = c.kind == "trial" and dice.u() < 0.15
        if deleted:
            gone = payer.created + 60 * DAY
            if gone < self.months.end:
                changes.append((gone, ((8, True),)))
        row = [
            payer.id, payer.created, name, email, phone_out, None, self.currency, False, False, company.street,
            company.city[0], company.post_code, company.city[1] or None, country.code, tax_id, kind, status, metadata,
        ]  # fmt: skip
        self.rec.add("stripe.customer", payer.created, row, changes)
        linkable = bool(metadata or email.split("@")[1] == domain or phone_out == phone or name != company.stem)
        self.rec.add(
            "truth.source_records", payer.created, ["stripe", "customer", payer.id, company.true_id, linkable]
        )
