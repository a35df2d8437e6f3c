"""Invoices with their lines, discounts, taxes, payments, refunds and credit notes."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from customer360.simulate import fx
from customer360.simulate.clock import DAY, MINUTE
from customer360.simulate.company import office_time
from customer360.simulate.contracts import Context, Line, Payer, Subscription
from customer360.simulate.dice import stream
from customer360.simulate.recorder import Change, changed

_RETRY_DAYS = (3, 8, 15)
_FAILURES = (
    ("card_declined", "Your card was declined."),
    ("insufficient_funds", "Your card has insufficient funds."),
    ("expired_card", "Your card has expired."),
    ("processing_error", "An error occurred while processing your card."),
)
_VENDOR_ZONE = "Europe/Berlin"
#: Dice of their own, so that how discounts are delivered changes nothing else.
_DISCOUNTS = 7001
_MICRO = Decimal("0.000001")
#: Dice of their own: which customers pay by wire moves nothing else.
_WIRES = 201


class Invoicing:
    """Writes the invoices of one customer."""

    def __init__(self, context: Context) -> None:
        self.x = context
        country, luck = context.customer.company.country.code, context.dice.u()
        self.tax = {"DE": 0.19, "GB": 0.20, "JP": 0.10, "US": 0.0825 if luck < 0.35 else 0.0}.get(country, 0.0)
        self.reliability = float(context.latents.payment[context.customer.i])
        self._last_charge: tuple[str, list[Change]] | None = None
        customer = context.customer
        wires = customer.bank_transfer and stream(context.seed, _WIRES, customer.company.index).random()
        #: Its transfers come to the bank and are only noted on the invoice: the tool has no charge of them.
        self.by_wire = customer.bank_transfer and wires < context.mess.wire_payment
        self.discount_type = self._choose_discount_type()

    def _choose_discount_type(self) -> str:
        """What the loader says that this customer's discounts are of."""
        mess, luck = self.x.mess, stream(self.x.seed, self.x.customer.company.index, _DISCOUNTS, 0).random()
        if luck < mess.invoice_discount:
            return "INVOICE"
        return "PARENT_INVOICE_LINE_ITEM" if luck < mess.invoice_discount + mess.loader_words else "invoice_line_item"

    # ---------------------------------------------------------------- lines

    def line(
        self, sub: Subscription, amount: int, s: int, e: int, text: str = "", off: int = 0, proration: bool = False
    ) -> Line:
        """A recurring line for the service period [s, e)."""
        values = {
            "id": self.x.ids.stripe("il"),
            "type": "subscription",
            "description": f"{text}{sub.quantity} × {sub.plan.name}" if amount or not sub.trial else "Trial period",
            "amount": amount,
            "currency": self.x.currency,
            "quantity": sub.quantity,
            "plan_id": sub.plan.id,
            "subscription_id": sub.id,
            "subscription_item_id": sub.item,
            "proration": proration,
            "period_start": s,
            "period_end": e,
            "discountable": None if amount >= 0 else False,
        }
        return Line(values, off, sub.coupon.id if sub.coupon and off else None)

    def service_line(self, t: int, which: int) -> Line:
        """A one-off service; its period is an instant."""
        _, name, amount = self.x.catalogue.one_offs[self.x.currency][which]
        return Line(
            {
                "id": self.x.ids.stripe("il"),
                "type": "invoiceitem",
                "description": name,
                "amount": amount,
                "currency": self.x.currency,
                "quantity": 1,
                "proration": False,
                "period_start": t,
                "period_end": t,
                "discountable": False,
            }
        )

    # ---------------------------------------------------------------- invoices

    def invoice(
        self,
        sub: Subscription | None,
        payer: Payer,
        t: int,
        lines: list[Line],
        reason: str,
        unpaid: int | None = None,
        always_paid: bool = False,
    ) -> tuple[int, int | None] | None:
        """Write an invoice, at times with a void or a draft twin.

        `unpaid`: when it is given up. Returns (first failure, recovery or None) if a card payment failed.
        """
        x = self.x
        if t >= x.months.end:
            return None
        luck = x.dice.u()
        if luck < x.mess.void_invoice and unpaid is None and lines[0].amount > 0:
            self._write(sub, payer, t + 2 * MINUTE, lines, reason, "void")
            x.rec.count("void_invoice")
        elif luck < x.mess.void_invoice + x.mess.draft_invoice and lines[0].amount > 0:
            self._write(sub, payer, t + DAY, lines, "manual", "draft")
            x.rec.count("draft_invoice")
        return self._write(sub, payer, t, lines, reason, "open", unpaid, always_paid)

    def _write(
        self,
        sub: Subscription | None,
        payer: Payer,
        t: int,
        lines: list[Line],
        reason: str,
        state: str,
        unpaid: int | None = None,
        always_paid: bool = False,
    ) -> tuple[int, int | None] | None:
        x = self.x
        ident = x.ids.stripe("in")
        subtotal = sum(line.amount for line in lines)
        off = sum(line.off for line in lines)
        tax = int((subtotal - off) * self.tax + 0.5) if self.tax and subtotal > off else 0
        total = subtotal - off + tax
        for line in lines:
            self._write_line(payer, t, line, ident, copy=state != "open")
        due = max(total, 0)
        number = None
        if state == "open":
            payer.invoices += 1
            if total < 0:
                payer.balance += total
            elif payer.balance < 0 and due:
                used = min(due, -payer.balance)
                payer.balance += used
                due -= used
        if state != "draft":
            number = f"{payer.number}-{payer.invoices:04d}{'V' if state == 'void' else ''}"
        values = {
            "id": ident,
            "customer_id": payer.id,
            "subscription_id": sub.id if sub else None,
            "number": number,
            "status": "draft" if state == "draft" else "open",
            "currency": x.currency,
            "created": t,
            "amount_due": due,
            "amount_paid": 0,
            "amount_remaining": due,
            "subtotal": subtotal,
            "tax": tax or None,
            "total": total,
            "billing_reason": reason,
            "paid": False,
            "attempt_count": 0,
            "pre_payment_credit_notes_amount": 0,
            "post_payment_credit_notes_amount": 0,
            "is_deleted": False,
        }
        changes: list[Change] = []
        result = None
        if state == "void":
            changes.append(changed("stripe.invoice", t + 15 * MINUTE, status="void", amount_remaining=0))
        elif state == "open" and due == 0:
            values["status"], values["paid"], values["status_transitions_paid_at"] = "paid", True, t
            self._note(ident, t, total, "balance")
        elif state == "open" and x.customer.bank_transfer and unpaid is None:
            values["due_date"] = t + 30 * DAY
            self._pay_by_transfer(ident, changes, payer, t, due, total - due)
        elif state == "open":
            result = self._pay_by_card(ident, changes, payer, t, due, total - due, unpaid, always_paid)
        x.rec.add("stripe.invoice", t, changes, **values)
        return result

    def _write_line(self, payer: Payer, t: int, line: Line, invoice: str, copy: bool) -> None:
        x = self.x
        values = {**line.values, "invoice_id": invoice}
        if copy:
            values["id"] = x.ids.stripe("il")
        x.rec.add("stripe.invoice_line_item", t, late=x.lateness(), **values)
        if line.off:
            x.rec.count("invoice_discount", self.discount_type == "INVOICE")
            x.rec.count("loader_words", self.discount_type == "PARENT_INVOICE_LINE_ITEM")
            x.rec.add(
                "stripe.discount",
                t,
                id=x.ids.stripe("di"),
                type=self.discount_type,
                type_id=invoice if self.discount_type == "INVOICE" else values["id"],
                amount=line.off,
                coupon_id=line.coupon,
                customer_id=payer.id,
                invoice_id=invoice,
                subscription_id=values["subscription_id"],
                start=t,
            )

    # ---------------------------------------------------------------- payments

    def _pay_by_transfer(
        self, invoice: str, changes: list[Change], payer: Payer, t: int, due: int, covered: int
    ) -> None:
        """The customer transfers the money in its own time; at times part of the bill was wrong."""
        x = self.x
        deadline = t + 30 * DAY
        if x.dice.u() < 0.012:
            credit = max(1, int(due * (0.05 + 0.2 * x.dice.u())))
            when = office_time(x.dice, t // DAY + 2, _VENDOR_ZONE)
            if when < x.months.end:
                self._credit_note(invoice, when, credit, "pre_payment", "order_change", None)
                due -= credit
                changes.append(
                    changed(
                        "stripe.invoice",
                        when,
                        amount_due=due,
                        amount_remaining=due,
                        pre_payment_credit_notes_amount=credit,
                    )
                )
        days = 26 + 9 * x.dice.normal() - 7 * min(self.reliability, 1.0)
        when = office_time(x.dice, (t + int(min(max(days, 3), 75)) * DAY) // DAY, _VENDOR_ZONE)
        self._settle(invoice, changes, payer, when, due, covered, 1)
        if when > deadline:
            payer.trouble += [(deadline, True), (when, False)]
            x.customer.billing_trouble.append(deadline)
        self._after_payment(invoice, changes, when, due)

    def _pay_by_card(
        self,
        invoice: str,
        changes: list[Change],
        payer: Payer,
        t: int,
        due: int,
        covered: int,
        unpaid: int | None,
        always_paid: bool,
    ) -> tuple[int, int | None] | None:
        """The card is charged an hour later; after a failure again a few times."""
        x, first = self.x, t + 65 * MINUTE
        if unpaid is not None:
            self._fail(invoice, changes, payer, due, [first, *(first + days * DAY for days in _RETRY_DAYS)])
            changes.append(changed("stripe.invoice", unpaid, status="uncollectible"))
            payer.trouble.append((first, True))
            x.customer.billing_trouble.append(first)
            return first, None
        if always_paid or x.dice.u() >= 0.035 * np.exp(-0.75 * self.reliability):
            self._settle(invoice, changes, payer, first, due, covered, 1)
            self._after_payment(invoice, changes, first, due)
            return None
        tries = 1 if x.dice.u() < 0.62 else 2 if x.dice.u() < 0.8 else 3
        self._fail(invoice, changes, payer, due, [first, *(first + days * DAY for days in _RETRY_DAYS[: tries - 1])])
        when = first + _RETRY_DAYS[tries - 1] * DAY
        self._settle(invoice, changes, payer, when, due, covered, tries + 1)
        payer.trouble += [(first, True), (when, False)]
        x.customer.billing_trouble.append(first)
        return first, when

    def _fail(self, invoice: str, changes: list[Change], payer: Payer, due: int, attempts: list[int]) -> None:
        for n, when in enumerate(attempts, 1):
            self._charge(invoice, payer, when, due, self.x.dice.pick(_FAILURES))
            changes.append(changed("stripe.invoice", when, attempt_count=n))

    def _settle(
        self, invoice: str, changes: list[Change], payer: Payer, when: int, due: int, covered: int, attempts: int
    ) -> None:
        """The bill is paid; `covered`: what the balance had paid of it."""
        self._charge(invoice, payer, when, due, None)
        self._note(invoice, when, covered, "balance")
        self._note(invoice, when, due, "wire" if self.by_wire else "charge")
        changes.append(
            changed(
                "stripe.invoice",
                when,
                status="paid",
                amount_paid=due,
                amount_remaining=0,
                paid=True,
                attempt_count=attempts,
                status_transitions_paid_at=when,
            )
        )

    def _note(self, invoice: str, t: int, amount: int, means: str) -> None:
        """The truth about money that came (or went: below zero) for an invoice."""
        x = self.x
        if amount == 0 or t >= x.months.end:
            return
        x.rec.count("wire_payment", means == "wire")
        x.rec.add(
            "truth.payments",
            t,
            true_customer_id=x.customer.company.true_id,
            invoice_id=invoice,
            paid_at=t,
            means=means,
            currency=x.currency,
            amount=(Decimal(amount) / 10 ** fx.MINOR_DIGITS[x.currency]).quantize(_MICRO),
        )

    def _charge(self, invoice: str, payer: Payer, t: int, amount: int, failure: tuple[str, str] | None) -> None:
        x = self.x
        if t >= x.months.end:
            return
        changes: list[Change] = []
        ident = x.ids.stripe("ch")
        self._last_charge = (ident, changes)
        if self.by_wire:
            return
        x.rec.add(
            "stripe.charge",
            t,
            changes,
            id=ident,
            invoice_id=invoice,
            customer_id=payer.id,
            amount=amount,
            amount_refunded=0,
            currency=x.currency,
            created=t,
            status="failed" if failure else "succeeded",
            paid=failure is None,
            captured=failure is None,
            refunded=False,
            failure_code=failure[0] if failure else None,
            failure_message=failure[1] if failure else None,
        )

    def _after_payment(self, invoice: str, changes: list[Change], t: int, due: int) -> None:
        """Refunds and credit notes, for a few."""
        x, dice = self.x, self.x.dice
        if dice.u() >= 0.014 or self._last_charge is None or t >= x.months.end:
            return
        charge, charge_changes = self._last_charge
        kind = dice.u()
        when = office_time(dice, t // DAY + dice.integer(2, 25), x.zone)
        amount = max(1, int(due * (1.0 if kind < 0.35 else 0.15 + 0.5 * dice.u())))
        if when >= x.months.end:
            return
        refund = None
        if kind < 0.75:
            refund = x.ids.stripe("re")
            late, why = x.lateness(), dice.pick(("requested_by_customer", "requested_by_customer", "duplicate"))
            if self.by_wire:  # money that the tool did not bring it cannot send back
                refund = None
            else:
                x.rec.add(
                    "stripe.refund",
                    when,
                    late=late,
                    id=refund,
                    charge_id=charge,
                    amount=amount,
                    currency=x.currency,
                    created=when,
                    status="succeeded",
                    reason=why,
                )
                charge_changes.append(changed("stripe.charge", when, amount_refunded=amount, refunded=amount == due))
                self._note(invoice, when, -amount, "refund")
        if kind < 0.30 or kind >= 0.75:
            why = dice.pick(("product_unsatisfactory", "order_change", "duplicate"))
            self._credit_note(invoice, when, amount, "post_payment", why, refund)
            changes.append(changed("stripe.invoice", when, post_payment_credit_notes_amount=amount))
            if refund is None:
                self._note(invoice, when, -amount, "credit")

    def _credit_note(self, invoice: str, when: int, amount: int, kind: str, reason: str, refund: str | None) -> None:
        self.x.rec.add(
            "stripe.credit_note",
            when,
            id=self.x.ids.stripe("cn"),
            invoice_id=invoice,
            refund_id=refund,
            amount=amount,
            currency=self.x.currency,
            created=when,
            status="issued",
            type=kind,
            reason=reason,
            discount_amount=0,
            subtotal=amount,
            total=amount,
        )
