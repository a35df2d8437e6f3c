"""The contracts of one customer over the whole window: start, periods, changes, pauses, ends, returns.

A subscription runs in periods from an anchor. At each period's start an invoice is written, in between seats or plans
may change (two prorated lines), at its end the customer stays, pauses, changes the term or leaves. Whether it leaves is
decided by the latent chances; how much MRR there truly is, is noted as it happens, from the contract and not from the
lines (see `billing_truth`).
"""

from __future__ import annotations

import numpy as np

from customer360.simulate.clock import DAY, HOUR, MINUTE, add_months, date_of
from customer360.simulate.company import office_time
from customer360.simulate.contracts import DUNNING_DAYS, Context, Payer, Subscription
from customer360.simulate.ids import B36, digits_one, scramble_one
from customer360.simulate.invoicing import Invoicing
from customer360.simulate.latent import AT_ONCE, PAUSE
from customer360.simulate.plans import Coupon, Plan
from customer360.simulate.recorder import changed

#: Share of contracts that start with a coupon.
_COUPONS = 0.26
#: Days before the end of a term of so many months at which a customer says that it will leave: from, to.
_NOTICE = {1: (2, 24), 3: (5, 70), 12: (15, 110)}


class Biller:
    """Lives through one customer's contracts and bills them."""

    def __init__(self, context: Context) -> None:
        self.x = context
        self.books = Invoicing(context)
        self.subs: list[Subscription] = []
        self.payers: list[Payer] = []
        self.ends: dict[int, tuple[str, str]] = {}  # when MRR ended: reason, cause
        self._life_start = 0
        self._deferred: tuple[Plan, int] | None = None

    def run(self) -> None:
        """One subscription after the other, with gaps between them."""
        x, c, dice = self.x, self.x.customer, self.x.dice
        payer = self._open_payer(c.start)
        start: int | None = c.start
        comeback = False
        while start is not None and start < x.months.end:
            end, reason = self._live(payer, start, comeback)
            start = None
            if end is None:
                break
            if reason not in ("trial", "paused") and dice.u() < 0.20:
                back = office_time(dice, (end + dice.integer(32, 170) * DAY) // DAY, x.zone)
                if back < x.months.end - 20 * DAY:
                    start, comeback = back, True
                    if dice.u() < 0.25:
                        payer = self._open_payer(back)
                        x.rec.count("second_billing_customer_on_return")
        if dice.u() < x.mess.stripe_duplicate and c.kind == "customer":
            # another department buys a service on its own billing account
            t = office_time(dice, c.lives[0][0] // DAY + dice.integer(20, 200), x.zone)
            if t < x.months.end and c.alive(t):
                self._one_off(self._open_payer(t - 10 * MINUTE), t)
                x.rec.count("stripe_duplicate")

    def _open_payer(self, t: int) -> Payer:
        number = digits_one(scramble_one(self.x.customer.company.index * 8 + len(self.payers), 32, 33), 7, B36).upper()
        payer = Payer(self.x.ids.stripe("cus"), t - self.x.dice.integer(1, 30) * MINUTE, number)
        self.payers.append(payer)
        return payer

    # ---------------------------------------------------------------- one subscription

    def _live(self, payer: Payer, start: int, comeback: bool) -> tuple[int | None, str]:
        """A subscription from its start to its end (None: it still runs at the end of the window), and why it ended."""
        x, c, dice = self.x, self.x.customer, self.x.dice
        plan = x.catalogue.plan(c.tier, x.currency, c.interval)
        coupon = self._draw_coupon(plan)
        sub = Subscription(x.ids.stripe("sub"), x.ids.stripe("si"), payer, plan, c.seats, start, coupon)
        self.subs.append(sub)
        c.plan_name = plan.name
        c.contract_value = c.contract_value or plan.amount * c.seats * 12 / plan.months
        c.seat_steps.append((start, c.seats))
        self._life_start = start
        anchor = start
        if c.existing and not comeback:  # a contract that was moved to the billing tool before its term was over
            sub.coupon = coupon if coupon and coupon.duration == "forever" and not sub.is_free else None
            anchor = start + dice.integer(2, {1: 27, 3: 88, 12: 360}[plan.months]) * DAY
        elif c.kind == "trial" or (not comeback and dice.u() < 0.30):
            anchor = start + 14 * DAY
            sub.trial = (start, anchor)
            self._version(sub, start, "trialing", start, anchor)
            if dice.u() < 0.7:
                self.books.invoice(sub, payer, start, [self.books.line(sub, 0, start, anchor)], "subscription_create")
            if c.kind == "trial":
                c.lives.append((start, anchor))
                self._version(sub, anchor, "canceled", start, anchor, canceled=anchor, ended=anchor)
                sub.ended = anchor
                return anchor, "trial"
        sub.coupon_from = anchor
        end, reason = self._periods(sub, start if sub.trial is None else anchor, anchor)
        stop = end if end is not None else x.months.end + 400 * DAY
        if stop > self._life_start:
            c.lives.append((self._life_start, stop))
        sub.ended = end
        return end, reason

    def _draw_coupon(self, plan: Plan) -> Coupon | None:
        luck, edge = self.x.dice.u() / _COUPONS, 0.0
        for coupon in self.x.catalogue.coupons:
            edge += coupon.share
            if luck < edge:
                fits = coupon.currency in (None, plan.currency) and (coupon.percent != 100 or plan.months == 1)
                return coupon if fits else None
        return None

    def _periods(self, sub: Subscription, start: int, anchor: int) -> tuple[int | None, str]:
        """Walk through the periods of a subscription. Returns (end or None, reason)."""
        x, c, dice, months = self.x, self.x.customer, self.x.dice, self.x.months
        origin, anchor_day, k = anchor, date_of(anchor).day, 0
        s, first = start, True
        pending: tuple[Plan, int] | None = None
        add_on: Subscription | None = None
        while True:
            if pending:
                self._switch(sub, s, *pending)
                pending = None
            n = sub.plan.months
            if s < origin:  # the first, shorter period of a contract that was moved
                e = origin
                full = e - add_months(e, -n, anchor_day)
            else:
                k += 1
                e = add_months(origin, k * n, anchor_day)
                full = e - s
            if self._bill_period(sub, s, e, full, first):
                cut = s + DUNNING_DAYS * DAY
                return self._finish(sub, add_on, cut, s, e, "nonpayment", cut)
            first = False
            if add_on is None and s >= origin and dice.u() < 0.006 * n and c.tier >= 1 and not sub.is_free:
                add_on = self._open_add_on(sub, s, anchor_day)
            if dice.u() < 0.010 * n and s + 5 * DAY < months.end:  # a service bought on the side
                t = office_time(dice, s // DAY + dice.integer(3, 27 * n), x.zone)
                if s < t < min(e, months.end):
                    self._one_off(sub.payer, t)
            stop = self._middle(sub, s, e, full)
            if stop is not None:
                return self._finish(sub, add_on, stop, s, e, "immediate", stop)
            pending, self._deferred = self._deferred, None

            horizon = min(months.index(e), months.count + 2)
            decided = months.index(e) < months.count + 3
            yearly = sub.steps[-1][1] * 12 / n
            if decided and x.luck[0, c.i, horizon] < x.latents.chance(c.i, horizon, n):
                if n == 12:
                    c.happenings.append(("lost renewal", e, yearly, x.currency))
                return self._leave(sub, add_on, s, e, n)
            if decided and x.luck[2, c.i, horizon] < PAUSE * min(n, 2) and e < months.end:
                resume = self._pause(sub, add_on, s, e)
                if resume is None:
                    return e, "paused"
                add_on = None
                s = origin = resume
                anchor_day, k = date_of(resume).day, 0
                continue
            if n == 12:
                c.happenings.append(("renewal", e, yearly, x.currency))
            s = e
            if s >= months.end:
                self._run_add_on(add_on, months.end)
                return None, ""
            if n == 1 and pending is None and dice.u() < 0.008 and c.tier > 0:
                longer = x.catalogue.plan(sub.plan.tier, x.currency, 12)
                if longer.months == 12:
                    pending = (longer, sub.quantity)
            if pending:
                origin, k = s, 0

    def _bill_period(self, sub: Subscription, s: int, e: int, full: int, first: bool) -> bool:
        """Invoice for the period [s, e). Returns whether it stays unpaid for good."""
        x, c, months = self.x, self.x.customer, self.x.months
        whole = sub.plan.amount * sub.quantity
        whole_off = sub.discount(whole, s, True)
        sub.steps.append((s, whole - whole_off, sub.plan.months))
        part = (e - s) / full
        gross = int(whole * part + 0.5) if part < 1 else whole
        lines = [self.books.line(sub, gross, s, e, off=sub.discount(gross, s, True), proration=part < 1)]
        if first and c.tier >= 2 and not c.existing and x.dice.u() < 0.5:
            lines.append(self.books.service_line(s, 0))
        cut = s + DUNNING_DAYS * DAY
        month = months.index(cut)
        unpaid = (
            whole > whole_off
            and 0 <= month < months.count
            and cut < e
            and x.luck[1, c.i, month] < x.latents.no_pay[c.i, month]
            and not first
        )
        reason = "subscription_create" if first and sub.trial is None else "subscription_cycle"
        failed = self.books.invoice(sub, sub.payer, s, lines, reason, unpaid=cut if unpaid else None)
        self._version(sub, s, "active", s, e)
        if failed is not None:
            self._version(sub, failed[0], "past_due", s, e)
            if failed[1] is not None and failed[1] < e:
                self._version(sub, failed[1], "active", s, e)
        return unpaid

    # ---------------------------------------------------------------- ends and pauses

    def _leave(self, sub: Subscription, add_on: Subscription | None, s: int, e: int, n: int) -> tuple[int | None, str]:
        """The customer says some days before that the period [s, e) is its last one."""
        x = self.x
        asked = max(s + DAY, e - x.dice.integer(*_NOTICE[n]) * DAY)
        asked = min(office_time(x.dice, asked // DAY, x.zone), e - HOUR)
        if asked <= s:
            asked = s + HOUR
        self._version(sub, asked, "active", s, e, cancel_at=e, canceled=asked, at_end=True)
        if e >= x.months.end:
            self._run_add_on(add_on, x.months.end)
            sub.steps.append((e, 0, 1))
            return None, "cancelled"
        return self._finish(sub, add_on, e, s, e, "cancelled", asked, at_end=True)

    def _pause(self, sub: Subscription, add_on: Subscription | None, s: int, e: int) -> int | None:
        """No invoices for one to three months. Returns when it goes on (None: after the window)."""
        x, c = self.x, self.x.customer
        resume = office_time(x.dice, (e + x.dice.integer(30, 88) * DAY) // DAY, x.zone)
        self._run_add_on(add_on, e, stop=True)
        sub.steps.append((e, 0, 1))
        self._version(sub, e, "paused", s, e)
        self.ends[e] = ("paused", "pause")
        c.lives.append((self._life_start, e))
        self._life_start = resume
        return resume if resume < x.months.end else None

    def _finish(
        self,
        sub: Subscription,
        add_on: Subscription | None,
        end: int,
        s: int,
        e: int,
        reason: str,
        asked: int,
        at_end: bool = False,
    ) -> tuple[int, str]:
        """End a subscription in its period [s, e), and what hangs on it."""
        x = self.x
        self._run_add_on(add_on, end, stop=True)
        sub.steps.append((end, 0, 1))
        planned = end if at_end else None
        self._version(sub, end, "canceled", s, e, cancel_at=planned, canceled=asked, ended=end, at_end=at_end)
        cause = "non-payment" if reason == "nonpayment" else x.latents.driver(x.customer.i, x.months.index(end))
        self.ends[end] = (reason, cause)
        return end, reason

    # ---------------------------------------------------------------- changes in the middle of a period

    def _middle(self, sub: Subscription, s: int, e: int, full: int) -> int | None:
        """Seat and plan changes inside [s, e); returns the time of an immediate cancellation, if any."""
        x, months, i = self.x, self.x.months, self.x.customer.i
        self._deferred = None
        for m in range(max(months.index(s), 0), min(months.index(e - 1), months.count - 1) + 1):
            at_once, kind, size, when, calm = x.luck[3:8, i, m].tolist()
            t0, t1 = max(s + 2 * DAY, months.start[m]), min(e, months.start[m + 1])
            if t1 - t0 < 3 * DAY:
                continue
            if at_once < AT_ONCE:
                t = office_time(x.dice, int((t0 + (t1 - t0) * calm) // DAY), x.zone)
                if s + DAY < t < e - DAY:
                    self._credit_rest(sub, t, e, full)
                    return t
            plan, seats = self._wish(sub, m, kind, size)
            if (plan is sub.plan and seats == sub.quantity) or plan.months != sub.plan.months or sub.is_free:
                continue
            up = plan.amount * seats > sub.plan.amount * sub.quantity
            t = office_time(x.dice, int((t0 + (t1 - t0) * when) // DAY), x.zone)
            too_late = not s + 2 * DAY < t < e - 0.2 * (e - s)
            if too_late or (not up and calm < 0.55):
                self._deferred = (plan, seats)  # with the next period
            else:
                self._deferred = None
                self._change(sub, t, s, e, full, plan, seats)
        return None

    def _wish(self, sub: Subscription, month: int, kind: float, size: float) -> tuple[Plan, int]:
        """Plan and seats that the customer would like to have in a month: mostly those it has."""
        x = self.x
        energy = x.latents.state("engagement", x.customer.i, month)
        plan, seats = sub.plan, sub.quantity
        grow = 0.034 * np.exp(0.45 * min(energy, 2.0))
        shrink = 0.012 * np.exp(-0.55 * max(energy, -2.0))
        upgrade = 0.006 * np.exp(0.4 * min(energy, 2.0))
        downgrade = 0.003 * np.exp(-0.4 * max(energy, -2.0))
        if kind < grow:
            seats += max(1, round(seats * (0.10 + 0.35 * size)))
        elif kind < grow + shrink and seats > 1:
            seats -= max(1, round(seats * (0.10 + 0.25 * size)))
        elif kind > 1 - upgrade and plan.tier < 3:
            plan = x.catalogue.plan(plan.tier + 1, x.currency, plan.months)
        elif kind > 1 - upgrade - downgrade and plan.tier > 0:
            plan = x.catalogue.plan(plan.tier - 1, x.currency, plan.months)
        return plan, seats

    def _change(self, sub: Subscription, t: int, s: int, e: int, full: int, plan: Plan, seats: int) -> None:
        """Upgrade or downgrade at t: credit for the rest of the old, charge for the rest of the new."""
        part = (e - t) / full
        credit = -int(sub.steps[-1][1] * part + 0.5)
        old = self.books.line(sub, credit, t, e, "Unused time on ", proration=True)
        self._switch(sub, t, plan, seats)
        whole = plan.amount * seats
        gross = int(whole * part + 0.5)
        off = sub.discount(gross, t, False)
        new = self.books.line(sub, gross, t, e, "Remaining time on ", off=off, proration=True)
        sub.steps.append((t, whole - sub.discount(whole, t, False), plan.months))
        self.books.invoice(sub, sub.payer, t, [old, new], "subscription_update")
        self._version(sub, t, "active", s, e)

    def _switch(self, sub: Subscription, t: int, plan: Plan, seats: int) -> None:
        """Another plan or number of seats from t on."""
        if plan is sub.plan and seats == sub.quantity:
            return
        c = self.x.customer
        before = sub.plan.amount * sub.quantity * 12 / sub.plan.months
        after = plan.amount * seats * 12 / plan.months
        sub.plan, sub.quantity = plan, seats
        sub.changes.append(changed("stripe.subscription_item", t, plan_id=plan.id, quantity=seats))
        c.seat_steps.append((t, seats))
        c.seats, c.tier, c.interval, c.plan_name = seats, plan.tier, plan.months, plan.name
        kind = "expansion" if after > before else "contraction"
        c.happenings.append((kind, t, abs(after - before), self.x.currency))

    def _credit_rest(self, sub: Subscription, t: int, e: int, full: int) -> None:
        """Credit for the unused rest when a subscription is cancelled at once."""
        credit = -int(sub.steps[-1][1] * (e - t) / full + 0.5)
        if credit:
            line = self.books.line(sub, credit, t, e, "Unused time on ", proration=True)
            self.books.invoice(sub, sub.payer, t, [line], "subscription_update")

    # ---------------------------------------------------------------- add-ons and one-offs

    def _open_add_on(self, sub: Subscription, s: int, anchor_day: int) -> Subscription:
        """A second subscription beside the main one, monthly, on the same days."""
        x = self.x
        plan = x.catalogue.plan(-1, x.currency, 1)
        add_on = Subscription(x.ids.stripe("sub"), x.ids.stripe("si"), sub.payer, plan, 1, s, None)
        add_on.billed_to, add_on.anchor_day = s, anchor_day
        self.subs.append(add_on)
        x.customer.happenings.append(("expansion", s, plan.amount * 12, x.currency))
        return add_on

    def _run_add_on(self, add_on: Subscription | None, end: int, stop: bool = False) -> None:
        """Bill an add-on month by month until `end`, where the main subscription ends (or the window does)."""
        if add_on is None or add_on.ended is not None:
            return
        x, s, day = self.x, add_on.billed_to, add_on.anchor_day
        while s < min(end, x.months.end):
            e = add_months(s, 1, day)
            reason = "subscription_cycle" if add_on.steps else "subscription_create"
            add_on.steps.append((s, add_on.plan.amount, 1))
            line = self.books.line(add_on, add_on.plan.amount, s, e)
            self.books.invoice(add_on, add_on.payer, s, [line], reason, always_paid=True)
            self._version(add_on, s, "active", s, e)
            if e > end:
                break
            if x.dice.u() < 0.025 and e < end:
                asked = max(s + HOUR, e - x.dice.integer(2, 20) * DAY)
                self._version(add_on, asked, "active", s, e, cancel_at=e, canceled=asked, at_end=True)
                self._version(add_on, e, "canceled", s, e, cancel_at=e, canceled=asked, ended=e, at_end=True)
                add_on.steps.append((e, 0, 1))
                add_on.ended = e
                return
            s = e
        add_on.billed_to = s
        if stop and end < x.months.end:
            s = add_months(s, -1, day) if s >= end else s
            self._version(add_on, end, "canceled", s, add_months(s, 1, day), canceled=end, ended=end)
            add_on.steps.append((end, 0, 1))
            add_on.ended = end

    def _one_off(self, payer: Payer, t: int) -> None:
        """A service bought on its own invoice."""
        self.books.invoice(None, payer, t, [self.books.service_line(t, self.x.dice.integer(1, 3))], "manual")

    # ---------------------------------------------------------------- history

    def _version(
        self,
        sub: Subscription,
        t: int,
        status: str,
        s: int,
        e: int,
        cancel_at: int | None = None,
        canceled: int | None = None,
        ended: int | None = None,
        at_end: bool = False,
    ) -> None:
        """Note what the subscription looks like from t on."""
        x = self.x
        if t >= x.months.end:
            return
        trial = sub.trial or (None, None)
        row = x.rec.row(
            "stripe.subscription_history",
            id=sub.id,
            customer_id=sub.payer.id,
            status=status,
            created=sub.created,
            current_period_start=s,
            current_period_end=e,
            cancel_at=cancel_at,
            cancel_at_period_end=at_end,
            canceled_at=canceled,
            ended_at=ended,
            trial_start=trial[0],
            trial_end=trial[1],
            quantity=sub.quantity,
            _fivetran_active=True,
        )
        sub.versions.append((t, row))
