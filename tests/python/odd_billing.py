"""Raw billing rows of a company whose contracts are odder than the simulator's, to compare two computations on.

Nothing in it is meant to be likely: intervals of days and weeks, plans that are deleted, metered, unknown or without
a price, several currencies and subscriptions a customer, lines that overlap, leave gaps, are negative or end before
they start, share an id or name a price or an item only, prorated lines of any length, discounts of lines, invoices,
subscriptions and customers, in any words, once, twice or not delivered, totals that fit them or do not, tax on top and
within, test mode, pauses, trials and ends anywhere, versions and rows that come after the last day. There is no truth
about it.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

LAST_DAY = dt.date(2026, 3, 17)
_BEGIN = dt.datetime(2024, 6, 1)
_INTERVALS = [("month", 1)] * 5 + [("year", 1)] * 3
_INTERVALS += [
    ("month", 3),
    ("month", 6),
    ("year", 2),
    ("week", 1),
    ("week", 2),
    ("day", 1),
    ("day", 30),
    ("fortnight", 1),
]
_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7, "fortnight": 14}


def write_odd_company(folder: Path, seed: int, customers: int) -> Path:
    """Write stripe/<table>.csv."""
    rows = _Odd(seed, customers).rows
    folder.joinpath("stripe").mkdir(parents=True)
    for table, records in rows.items():
        columns = sorted({column for record in records for column in record})
        with folder.joinpath("stripe", f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(records)
    return folder


def _plus(moment: dt.datetime, unit: str, count: int) -> dt.datetime:
    """A moment plus an interval; the 29th to 31st become the 28th."""
    if unit in _DAYS:
        return moment + dt.timedelta(days=_DAYS[unit] * count)
    month = moment.year * 12 + moment.month - 1 + _MONTHS[unit] * count
    return moment.replace(year=month // 12, month=month % 12 + 1, day=min(moment.day, 28))


class _Odd:
    """Makes the rows."""

    def __init__(self, seed: int, customers: int) -> None:
        self.dice = random.Random(seed)
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.count = 0
        self.plans = [self._plan(currency) for currency in ("eur", "usd", "gbp", "jpy") for _ in range(30)]
        for number in range(customers):
            self._customer(number)

    def chance(self, share: float) -> bool:
        """True for a share of the calls."""
        return self.dice.random() < share

    def add(self, table: str, made: dt.datetime, **values: Any) -> None:
        """A row, delivered on the evening of its day or later, at times twice."""
        late = dt.timedelta(days=self.dice.choice((0,) * 19 + (self.dice.randint(1, 40),)))
        synced = made.replace(hour=23, minute=59, second=30) + late
        row = {"_fivetran_synced": self.time(synced)} | {
            column: self.time(value) if isinstance(value, dt.datetime) else value for column, value in values.items()
        }
        self.rows[table].append(row)
        if self.chance(0.03) and table != "subscription_history":
            self.rows[table].append(row | {"_fivetran_synced": self.time(synced + dt.timedelta(days=2))})

    def time(self, moment: dt.datetime) -> str:
        """A time as text, at times in another zone."""
        if self.chance(0.9):
            return moment.isoformat(sep=" ", timespec="seconds")
        return moment.replace(tzinfo=dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=-5))).isoformat()

    def ident(self, prefix: str) -> str:
        """An id of its own."""
        self.count += 1
        return f"{prefix}_{self.count:06d}"

    def moment(self) -> dt.datetime:
        """Any second of the window, which goes on after the last day."""
        return _BEGIN + dt.timedelta(seconds=self.dice.randrange(720 * 86400))

    def _plan(self, currency: str) -> dict[str, Any]:
        unit, count = self.dice.choice(_INTERVALS)
        price = self.dice.choice((0, 1, 7, 1000, 2900, 9900, 12345, 100_001, self.dice.randrange(100, 50_000)))
        plan: dict[str, Any] = {"id": self.ident("price"), "interval": unit, "interval_count": count, "amount": price}
        plan |= {"currency": currency, "usage_type": self.dice.choice(("licensed", "licensed", None))}
        plan |= {"is_deleted": self.chance(0.1), "created": _BEGIN}
        if self.chance(0.08):
            plan["usage_type"] = "metered"
        if self.chance(0.05):
            plan["amount"] = None
        if self.chance(0.2):  # a price and no plan
            price = {"id": plan["id"], "unit_amount": plan["amount"], "recurring_usage_type": plan["usage_type"]}
            price |= {"recurring_interval": unit, "recurring_interval_count": count if self.chance(0.8) else 1}
            plan["interval_count"] = price["recurring_interval_count"]
            self.add("price", _BEGIN, currency=currency, created=_BEGIN, type="recurring", **price)
        elif not self.chance(0.08):  # else nobody has heard of it
            self.add("plan", _BEGIN, **(plan if not self.chance(0.05) else plan | {"interval": None}))
        return plan

    def _customer(self, number: int) -> None:
        payer = self.ident("cus")
        word = "".join(self.dice.choices("bcdfghklmnprstvz", k=9))
        self.add("customer", _BEGIN, id=payer, created=_BEGIN, name=f"{word} {number}", email=f"pay@{word}{number}.com")
        currencies = self.dice.sample(("eur", "usd", "gbp", "jpy"), self.dice.choice((1, 1, 1, 2, 3)))
        for _ in range(self.dice.choice((1, 1, 2, 3))):
            self._subscription(payer, self.dice.choice(currencies))

    def _subscription(self, payer: str, currency: str) -> None:
        sub = None if self.chance(0.03) else self.ident("sub")
        plan = self.dice.choice([plan for plan in self.plans if plan["currency"] == currency])
        start, quantity, discounted = self.moment(), self.dice.choice((1, 1, 2, 3, 11)), self.chance(0.3)
        first = start
        for _ in range(self.dice.randint(1, 9)):
            end = _plus(start, plan["interval"], plan["interval_count"])
            if end.year > 2027:
                break
            price = plan["amount"] if plan["amount"] is not None else 777
            off = self.dice.choice((0.1, 0.15, 0.5, 1.0)) if discounted and self.chance(0.8) else 0.0
            self._bill(payer, sub, plan, start, end, price * quantity, off, quantity, False)
            while self.chance(0.3):
                wanted = self.dice.choice([p for p in self.plans if p["currency"] == currency])
                wanted, seats = (wanted, quantity) if self.chance(0.2) else (plan, self.dice.randint(1, 12))
                middle = start + (end - start) * self.dice.choice((self.dice.random(), 0.5, 0.98))
                middle = middle.replace(microsecond=0)
                part = (end - middle) / (end - start)
                back, more = round(price * quantity * (1 - off) * part), round((wanted["amount"] or 50) * seats * part)
                self._bill(payer, sub, plan, middle, end, -back, 0.0, quantity, True)
                if self.chance(0.9):
                    self._bill(payer, sub, wanted, middle, end, more, off, seats, True)
                quantity, plan = seats, wanted
                price = plan["amount"] if plan["amount"] is not None else 777
            if self.chance(0.1):
                odd = self.moment(), self.moment()
                self._bill(payer, sub, plan, *odd, self.dice.randrange(-900, 5000), 0.0, None, self.chance(0.5))
            start = end + dt.timedelta(hours=self.dice.choice((0,) * 9 + (-40, 30, 700)))
        if sub and self.chance(0.9):
            self._history(payer, sub, first, start)

    def _bill(
        self,
        payer: str,
        sub: str | None,
        plan: dict[str, Any],
        start: dt.datetime,
        end: dt.datetime,
        amount: int,
        off: float,
        quantity: int | None,
        proration: bool,
    ) -> None:
        invoice, line, currency = self.ident("in"), self.ident("il"), plan["currency"]
        status = self.dice.choice(("paid",) * 12 + ("open", "uncollectible", "draft", "void"))
        payer = payer if not self.chance(0.01) else "cus_unknown"
        made = min(start, dt.datetime.combine(LAST_DAY, dt.time(8))) if self.chance(0.7) else start
        gone = self.chance(0.01)
        values = {"id": line, "invoice_id": invoice, "type": "subscription", "currency": currency.upper()}
        values |= {"amount": amount if not self.chance(0.01) else "1,2x"}
        values |= {"quantity": quantity if not self.chance(0.03) else None}
        values |= {"subscription_id": sub, "proration": proration and not self.chance(0.1)}
        values |= {"period_start": start, "period_end": end, **self._named(plan, sub, made)}
        one_off = self.dice.randrange(0, 9000) if self.chance(0.2) else None
        if sub and self.chance(0.06):  # an old version of the tool: lines bear the id of the subscription
            values |= {"id": sub, "unique_id": line if self.chance(0.7) else None}
        self.add("invoice_line_item", made, **values)
        if one_off is not None:
            extra = {"invoice_id": invoice, "amount": one_off, "currency": currency, "proration": False}
            extra |= {"id": values["id"] if values["id"] == sub else self.ident("il"), "unique_id": self.ident("il")}
            extra |= {"period_start": start, "period_end": start, "discountable": self.chance(0.5)}
            self.add("invoice_line_item", made, type=self.dice.choice(("invoiceitem", None)), **extra)
        taken = self._discount(payer, sub, invoice, line, made, amount, off)
        totals = self._totals(amount + (one_off or 0), taken) if self.chance(0.6) else {}
        values = {"customer_id": payer, "subscription_id": sub, "status": status, "currency": currency}
        values |= {"created": made, "is_deleted": gone, "livemode": False if self.chance(0.01) else None, **totals}
        self.add("invoice", made, id=invoice, **values)
        if status in ("paid", "uncollectible") and made.date() <= LAST_DAY:
            self._pay(payer, invoice if self.chance(0.9) else None, currency, made)

    def _named(self, plan: dict[str, Any], sub: str | None, made: dt.datetime) -> dict[str, Any]:
        """How a line says what it is of: by its plan, its price, or its subscription's item alone."""
        if self.chance(0.85):
            return {"plan_id": plan["id"]}
        if self.chance(0.5) or not sub:
            return {"price_id": plan["id"]}
        item = self.ident("si")
        if self.chance(0.7):
            self.add("subscription_item", made, id=item, subscription_id=sub, created=made, plan_id=plan["id"])
        return {"subscription_item_id": item}

    def _discount(
        self, payer: str, sub: str | None, invoice: str, line: str, made: dt.datetime, amount: int, off: float
    ) -> int:
        """Discounts on a line of an invoice, in the shapes in which they are delivered; what is taken off in all."""
        taken = 0
        for share in (off, off / 3 if self.chance(0.2) and off < 0.7 else 0.0):
            if not share or amount <= 0:
                continue
            units, coupon = round(amount * share), self.dice.choice((None, self.ident("coupon")))
            taken += units
            if self.chance(0.1):
                continue  # not delivered
            words = [self.dice.choice(("invoice_line_item", "PARENT_INVOICE_LINE_ITEM", "Invoice Line Item", None))]
            words += ["INVOICE"] if self.chance(0.3) else ["SUBSCRIPTION", "customer"] if self.chance(0.1) else []
            ident = self.ident("di")
            for word in words[self.chance(0.3) :]:
                thing = {"INVOICE": invoice, "SUBSCRIPTION": sub, "customer": payer}.get(word or "", line)
                values = {"type": word, "type_id": thing, "invoice_id": invoice, "amount": units, "coupon_id": coupon}
                self.add("discount", made, id=ident, customer_id=payer, **values)
        return taken

    def _totals(self, gross: int, taken: int) -> dict[str, Any]:
        """What an invoice says of itself: mostly what it adds up to."""
        rate = self.dice.choice((0.0, 0.0, 0.19, 0.25, 0.0825))
        tax, after = round((gross - taken) * rate), self.chance(0.3)
        inclusive = self.chance(0.2)
        total = gross - taken + (0 if inclusive else tax)
        if self.chance(0.1):
            total += self.dice.randrange(-500, 500)
        return {"subtotal": gross - taken if after else gross, "tax": tax or None, "total": total}

    def _pay(self, payer: str, invoice: str | None, currency: str, made: dt.datetime) -> None:
        """Some attempts, some of which come through, and what is given back of them."""
        for _ in range(self.dice.choice((1, 1, 1, 2, 3))):
            charge, made = self.ident("ch"), made + dt.timedelta(hours=self.dice.randint(0, 90))
            amount = self.dice.choice((100, 5000, 1_200_000))
            status = self.dice.choice(("succeeded",) * 4 + ("failed",))
            values = {"customer_id": payer, "invoice_id": invoice, "amount": amount, "currency": currency}
            self.add("charge", made, id=charge, created=made, status=status, **values)
            for _ in range(self.dice.choice((0, 0, 0, 1, 2)) if status == "succeeded" else 0):
                when = made + dt.timedelta(days=self.dice.randint(0, 200))
                back = self.dice.choice((amount, amount // 2, 33))
                values = {"charge_id": charge, "amount": back, "currency": currency, "created": when}
                values |= {"id": self.ident("re"), "status": self.dice.choice(("succeeded", "pending"))}
                self.add("refund", when, **values)

    def _history(self, payer: str, sub: str, first: dt.datetime, last: dt.datetime) -> None:
        trial = {}
        if self.chance(0.2):
            begin = first + dt.timedelta(days=self.dice.choice((0, 0, 20)))
            trial = {"trial_start": begin, "trial_end": begin + dt.timedelta(days=self.dice.randint(1, 40))}
        when, versions = first, self.dice.randint(1, 6)
        for number in range(versions):
            status = self.dice.choice(("active", "active", "past_due", "paused", "paused", "trialing"))
            ended = None
            if number == versions - 1 and self.chance(0.4):
                status, ended = "canceled", when + dt.timedelta(hours=self.dice.randint(-300, 300))
            values = {"id": sub, "customer_id": payer, "status": status, "created": first, "ended_at": ended, **trial}
            if self.chance(0.1):
                resumes = when + dt.timedelta(days=self.dice.randint(-5, 60)) if self.chance(0.4) else None
                values |= {"pause_collection_behavior": "void", "pause_collection_resumes_at": resumes}
            self.rows["subscription_history"].append(
                {column: self.time(v) if isinstance(v, dt.datetime) else v for column, v in values.items()}
                | {"_fivetran_synced": self.time(when)}
            )
            when += dt.timedelta(seconds=self.dice.randint(1, 1 + max(1, int((last - first).total_seconds()) // 3)))
