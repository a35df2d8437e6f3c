"""Recurring revenue, one trap a customer: from raw invoice lines to movements, by hand arithmetic.

A small company whose customers each live through one case. It is built once with the default rules and once more for
every other set of rules that a case is about (docs/mrr.md has the rules).
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import harness
import pytest

from customer360.project import ROOT

AS_OF = "2025-12-31"
#: (day, kind, amount in the currency)
Moves = list[tuple[str, str, str]]


@dataclass
class Company:
    """Raw Stripe rows, written a scenario at a time."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, at: str, **values: Any) -> None:
        """A raw row, delivered in the evening of the day it is of."""
        self.rows[table].append({**values, "_fivetran_synced": f"{at[:10]} 23:00:00"})

    def plan(
        self, ident: str, price: int, interval: str = "month", count: int = 1, currency: str = "eur", **more: Any
    ) -> None:
        """A recurring price of a unit, in smallest units."""
        row = {"amount": price, "interval": interval, "interval_count": count, "currency": currency}
        self.add("plan", "2024-01-01", id=ident, nickname=ident, created="2024-01-01 00:00:00", **row, **more)

    def customer(self, name: str, since: str = "2024-01-01") -> Customer:
        """A billing customer that shares nothing with the others."""
        ident = f"cus_{name}"
        self.add(
            "customer", since, id=ident, created=f"{since} 08:00:00", name=f"{name.title()} {hash_word(name)}",
            email=f"office@{name.replace('_', '-')}-{hash_word(name)}.example",
        )  # fmt: skip
        return Customer(self, ident)

    def write(self, folder: Path) -> Path:
        """The folder of CSV files."""
        place = folder / "stripe"
        place.mkdir(parents=True)
        for table, rows in self.rows.items():
            names = sorted({name for row in rows for name in row})
            with (place / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, names)
                writer.writeheader()
                writer.writerows(rows)
        return folder


def hash_word(name: str) -> str:
    """A word of its own for each name."""
    return "".join(chr(ord("a") + (7 * place + 11 * ord(letter)) % 26) for place, letter in enumerate(name))


@dataclass
class Customer:
    """One billing customer and the shortest way to bill it."""

    company: Company
    ident: str
    invoices: int = 0

    def subscription(self, name: str = "s", **values: Any) -> str:
        """The versions of a subscription: `ended`, `canceled`, `trial` (from, to) or `versions` [(day, status)]."""
        ident = f"sub_{self.ident}_{name}"
        versions = values.pop("versions", [(values.get("created", "2024-01-01"), "active")])
        trial = values.get("trial", (None, None))
        common = {"id": ident, "customer_id": self.ident, "created": f"{values.get('created', '2024-01-01')} 00:00:00"}
        common |= {"trial_start": trial[0], "trial_end": trial[1]}
        for at, status in versions:
            self.company.add("subscription_history", at, status=status, **common)
            self.company.rows["subscription_history"][-1]["_fivetran_synced"] = f"{at} 00:00:00"
        if "ended" in values or "canceled" in values:
            at = values.get("canceled", values.get("ended"))
            self.company.add(
                "subscription_history", at, status="canceled" if "ended" in values else "active",
                canceled_at=f"{at} 00:00:00", ended_at=f"{values['ended']} 00:00:00" if "ended" in values else None,
                **common,
            )  # fmt: skip
        return ident

    def bill(self, at: str, *lines: dict[str, Any], sub: str = "s", **invoice: Any) -> str:
        """An invoice with its lines; `paid` is the day of its payment (default: at once, None: never)."""
        self.invoices += 1
        ident = f"in_{self.ident}_{self.invoices}"
        currency = invoice.pop("currency", "eur")
        paid, refunded = invoice.pop("paid", at), invoice.pop("refunded", None)
        due = max(sum(line["amount"] - line.get("off", 0) for line in lines), 0)
        values = {"status": "paid" if paid else "open", "amount_due": due, "total": due, "subtotal": due} | invoice
        self.company.add(
            "invoice", at, id=ident, customer_id=self.ident, subscription_id=f"sub_{self.ident}_{sub}",
            currency=currency, created=f"{at} 00:10:00", **values,
        )  # fmt: skip
        for place, line in enumerate(lines):
            off, coupon = line.get("off", 0), line.get("coupon")
            raw = {key: value for key, value in line.items() if key not in ("off", "coupon", "start", "end")}
            self.company.add(
                "invoice_line_item", at, id=f"{ident}_{place}", invoice_id=ident, type="subscription",
                subscription_id=f"sub_{self.ident}_{sub}", currency=currency, period_start=stamp(line["start"]),
                period_end=stamp(line["end"]), **({"proration": "false", "quantity": 1} | raw),
            )  # fmt: skip
            if off:
                self.company.add(
                    "discount", at, id=f"di_{ident}_{place}", type="invoice_line_item", type_id=f"{ident}_{place}",
                    amount=off, coupon_id=coupon, invoice_id=ident, customer_id=self.ident,
                )  # fmt: skip
        if paid and due:
            self.company.add(
                "charge", paid, id=f"ch_{ident}", invoice_id=ident, customer_id=self.ident, amount=due,
                currency=currency, created=f"{paid} 01:00:00", status="succeeded",
            )  # fmt: skip
        if refunded:
            self.company.add(
                "refund", refunded, id=f"re_{ident}", charge_id=f"ch_{ident}", amount=due, currency=currency,
                created=f"{refunded} 12:00:00", status="succeeded",
            )  # fmt: skip
        return ident

    def months(self, plan: str, amount: int, first: int, last: int, **more: Any) -> None:
        """Monthly invoices of 2025 for the months first to last, paid at once."""
        invoice = {key: more.pop(key) for key in ("currency", "sub") if key in more}
        for month in range(first, last + 1):
            self.bill(day(month), line(plan, amount, day(month), day(month + 1), **more), **invoice)


def line(plan: str, amount: int, start: str, end: str, **more: Any) -> dict[str, Any]:
    """An invoice line: `off` and `coupon` for a discount, `proration`, `quantity`."""
    return {"plan_id": plan, "amount": amount, "start": start, "end": end} | more


def part(plan: str, amount: int, start: str, end: str, **more: Any) -> dict[str, Any]:
    """A prorated line."""
    return line(plan, amount, start, end, proration="true", **more)


def day(month: int) -> str:
    """The first of a month of 2025 (13 is January 2026)."""
    return f"{2025 + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}-01"


def stamp(text: str) -> str:
    """A day as a timestamp."""
    return text if " " in text else f"{text} 00:00:00"


# ---------------------------------------------------------------- the cases

SETS: dict[str, dict[str, Any]] = {
    "default": {},
    "dunning": {"mrr_rules": {"past_due_days": 10}},
    "chartmogul": {"mrr_preset": "chartmogul"},
    "stripe": {"mrr_preset": "stripe"},
    "other": {
        "mrr_rules": {"churn_at": "period_end", "reactivation_days": 90, "discounts": "none", "metered": "included"}
    },
}


def company() -> tuple[Company, dict[str, dict[str, Moves]]]:
    """The raw rows and, by customer and set of rules, the movements expected of them ('default' unless it differs)."""
    made = Company()
    add, plan, expected = made.customer, made.plan, {}
    plan("gold_yearly", 50000, "year")
    plan("gold", 5000)
    plan("silver", 3000)
    plan("basic", 10000)
    plan("plus", 20000)
    plan("quarterly", 9000, "month", 3)
    plan("weekly", 1200, "week")
    plan("yearly", 120000, "year")
    plan("yen", 4800, currency="jpy")
    plan("dollar", 10000, currency="usd")
    plan("api_calls", 700, usage_type="metered")
    made.add("coupon", "2024-01-01", id="spring", percent_off=20, duration="repeating", duration_in_months=3)
    made.add("coupon", "2024-01-01", id="partner", percent_off=10, duration="forever")
    made.add("coupon", "2024-01-01", id="free", percent_off=100, duration="repeating", duration_in_months=2)

    # ChartMogul's worked example (help article 201244842), moved to these months
    c = add("mogul")
    c.subscription("gold", ended="2025-02-01", canceled="2024-09-01")
    c.subscription("silver", ended="2024-06-10", canceled="2024-06-01")
    c.subscription("again")
    c.bill("2024-02-01", line("gold_yearly", 200000, "2024-02-01", "2025-02-01", quantity=4), sub="gold")
    for start, end in (("2024-04-10", "2024-05-10"), ("2024-05-10", "2024-06-10")):
        c.bill(start, line("silver", 6000, start, end, quantity=2), sub="silver")
    for month in range(4, 13):
        c.bill(day(month), line("gold", 15000, day(month), day(month + 1), quantity=3), sub="again")
    gold: Moves = [
        ("2024-02-01", "new", "166.67"), ("2024-04-10", "expansion", "60"), ("2024-06-10", "contraction", "-60"),
        ("2025-02-01", "churn", "-166.67"), ("2025-04-01", "reactivation", "150"),
    ]  # fmt: skip
    # Stripe lets revenue go when the customer says so, not when the paid time is over
    at_request = [*gold[:2], ("2024-06-01", "contraction", "-60"), ("2024-09-01", "churn", "-166.67"), gold[4]]
    expected["mogul"] = {"default": gold, "stripe": at_request}

    c = add("annual")
    c.bill("2024-12-15", line("yearly", 120000, "2024-12-15", "2025-12-15"))
    expected["annual"] = {"default": [("2024-12-15", "new", "100"), ("2025-12-15", "churn", "-100")]}

    c = add("terms")  # 90 for three months is 30, 12 a week is 52
    c.bill("2025-01-01", line("quarterly", 9000, "2025-01-01", "2025-04-01"))
    c.bill("2025-03-31", line("weekly", 1200, "2025-03-31", "2025-04-07"), sub="w")
    c.bill("2025-04-01", line("quarterly", 9000, "2025-04-01", "2025-07-01"))
    expected["terms"] = {
        "default": [
            ("2025-01-01", "new", "30"), ("2025-03-31", "expansion", "52"), ("2025-04-07", "contraction", "-52"),
            ("2025-07-01", "churn", "-30"),
        ]
    }  # fmt: skip

    c = add("upgrade")  # half of March at another price: 16 of 31 days, rounded to cents
    c.months("basic", 10000, 1, 3)
    c.bill(
        "2025-03-16", part("basic", -5161, "2025-03-16", "2025-04-01"), part("plus", 10323, "2025-03-16", "2025-04-01")
    )
    c.months("plus", 20000, 4, 12)
    expected["upgrade"] = {"default": [("2025-01-01", "new", "100"), ("2025-03-16", "expansion", "100")]}

    c = add("downgrade")
    c.months("plus", 20000, 1, 3)
    c.bill(
        "2025-03-16", part("plus", -10323, "2025-03-16", "2025-04-01"), part("basic", 5161, "2025-03-16", "2025-04-01")
    )
    c.months("basic", 10000, 4, 12)
    expected["downgrade"] = {"default": [("2025-01-01", "new", "200"), ("2025-03-16", "contraction", "-100")]}

    c = add("seats")  # two seats more for the last ten days of a month whose seats were nobody's whole month before
    c.months("gold", 15000, 1, 4, quantity=3)
    c.bill(
        "2025-04-21",
        part("gold", -5000, "2025-04-21", "2025-05-01", quantity=3),
        part("gold", 8333, "2025-04-21", "2025-05-01", quantity=5),
    )
    c.bill(
        "2025-04-26",
        part("gold", -4167, "2025-04-26", "2025-05-01", quantity=5),
        part("gold", 3333, "2025-04-26", "2025-05-01", quantity=4),
    )
    c.months("gold", 20000, 5, 12, quantity=4)
    expected["seats"] = {
        "default": [
            ("2025-01-01", "new", "150"),
            ("2025-04-21", "expansion", "100"),
            ("2025-04-26", "contraction", "-50"),
        ]
    }

    c = add("overlap")  # two subscriptions at a time are one customer
    c.bill("2025-01-01", line("gold", 5000, "2025-01-01", "2025-02-01"), sub="a")
    c.bill("2025-01-15", line("silver", 3000, "2025-01-15", "2025-02-15"), sub="b")
    expected["overlap"] = {
        "default": [
            ("2025-01-01", "new", "50"), ("2025-01-15", "expansion", "30"), ("2025-02-01", "contraction", "-50"),
            ("2025-02-15", "churn", "-30"),
        ]
    }  # fmt: skip

    c = add("gap")
    c.months("gold", 5000, 1, 1)
    c.months("gold", 5000, 3, 3)
    c.months("gold", 5000, 9, 12)
    back: Moves = [
        ("2025-01-01", "new", "50"), ("2025-02-01", "churn", "-50"), ("2025-03-01", "reactivation", "50"),
        ("2025-04-01", "churn", "-50"), ("2025-09-01", "reactivation", "50"),
    ]  # fmt: skip
    expected["gap"] = {"default": back, "other": [*back[:4], ("2025-09-01", "new", "50")]}  # away for 153 days

    c = add("open_ended")  # no end anywhere: it is there today
    c.subscription()
    c.months("gold", 5000, 11, 12)
    expected["open_ended"] = {"default": [("2025-11-01", "new", "50")]}

    c = add("yen")  # no cents: 4800 is 4800
    c.months("yen", 4800, 3, 12, currency="jpy")
    expected["yen"] = {"default": [("2025-03-01", "new", "4800")]}

    c = add("fx")
    c.months("dollar", 10000, 1, 12, currency="usd")
    expected["fx"] = {"default": [("2025-01-01", "new", "100")]}

    c = add("discount_ends")
    c.months("basic", 10000, 1, 3, off=2000, coupon="spring")
    c.months("basic", 10000, 4, 12)
    ends: Moves = [("2025-01-01", "new", "80"), ("2025-04-01", "expansion", "20")]
    expected["discount_ends"] = {
        "default": ends, "stripe": [("2025-01-01", "new", "100")], "other": [("2025-01-01", "new", "100")],
    }  # fmt: skip

    c = add("partner")  # a discount for good; a change in the middle credits what was paid: 16 of 31 days of 90
    c.months("basic", 10000, 1, 3, off=1000, coupon="partner")
    c.bill(
        "2025-03-16",
        part("basic", -4645, "2025-03-16", "2025-04-01"),
        part("plus", 10323, "2025-03-16", "2025-04-01", off=1032, coupon="partner"),
    )
    c.months("plus", 20000, 4, 12, off=2000, coupon="partner")
    forever: Moves = [("2025-01-01", "new", "90"), ("2025-03-16", "expansion", "90")]
    expected["partner"] = {
        "default": forever,
        "other": [("2025-01-01", "new", "100"), ("2025-03-16", "expansion", "100")],
    }

    c = add("free")
    c.months("basic", 10000, 1, 2, off=10000, coupon="free")
    c.months("basic", 10000, 3, 12)
    expected["free"] = {
        "default": [("2025-03-01", "new", "100")],
        "chartmogul": [("2025-01-01", "new", "0"), ("2025-03-01", "expansion", "100")],
        "stripe": [("2025-01-01", "new", "100")],  # the coupon is not for good
        "other": [("2025-01-01", "new", "100")],
    }

    c = add("refund")  # money given back is no movement
    c.months("gold", 5000, 1, 1)
    c.bill("2025-02-01", line("gold", 5000, "2025-02-01", "2025-03-01"), refunded="2025-02-10")
    c.months("gold", 5000, 3, 12)
    expected["refund"] = {"default": [("2025-01-01", "new", "50")]}

    c = add("trial_only")
    c.subscription(trial=("2025-03-01 00:00:00", "2025-03-15 00:00:00"), ended="2025-03-15", created="2025-03-01")
    c.bill("2025-03-01", line("gold", 0, "2025-03-01", "2025-03-15"))
    expected["trial_only"] = {"default": []}

    c = add("trial_unpaid")  # goes over into a bill that is never paid, and is given up
    c.subscription(trial=("2025-03-01 00:00:00", "2025-03-15 00:00:00"), ended="2025-04-08", created="2025-03-01")
    c.bill("2025-03-01", line("gold", 0, "2025-03-01", "2025-03-15"))
    c.bill("2025-03-15", line("gold", 5000, "2025-03-15", "2025-04-15"), paid=None, status="uncollectible")
    expected["trial_unpaid"] = {
        "default": [("2025-03-15", "new", "50"), ("2025-04-08", "churn", "-50")],
        "dunning": [("2025-03-15", "new", "50"), ("2025-03-25", "churn", "-50")],
        "chartmogul": [],
    }

    c = add("trial_late")  # pays its first bill twenty days late
    c.subscription(
        trial=("2025-03-01 00:00:00", "2025-03-15 00:00:00"),
        created="2025-03-01",
        versions=[("2025-03-01", "trialing")],
    )
    c.bill("2025-03-15", line("gold", 5000, "2025-03-15", "2025-04-15"), paid="2025-04-04")
    expected["trial_late"] = {
        "default": [("2025-03-15", "new", "50"), ("2025-04-15", "churn", "-50")],
        "dunning": [
            ("2025-03-15", "new", "50"), ("2025-03-25", "churn", "-50"), ("2025-04-04", "reactivation", "50"),
            ("2025-04-15", "churn", "-50"),
        ],
        "chartmogul": [("2025-04-04", "new", "50"), ("2025-04-15", "churn", "-50")],
    }  # fmt: skip

    c = add("recovers")
    c.months("gold", 5000, 1, 1)
    c.bill("2025-02-01", line("gold", 5000, "2025-02-01", "2025-03-01"), paid="2025-02-20")
    c.bill("2025-03-01", line("gold", 5000, "2025-03-01", "2025-04-01"), paid="2025-03-09")
    c.months("gold", 5000, 4, 12)
    expected["recovers"] = {
        "default": [("2025-01-01", "new", "50")],
        "dunning": [("2025-01-01", "new", "50"), ("2025-02-11", "churn", "-50"), ("2025-02-20", "reactivation", "50")],
    }

    c = add("due_later")  # past due counts from the due date
    c.months("gold", 5000, 1, 1)
    c.bill(
        "2025-02-01", line("gold", 5000, "2025-02-01", "2025-03-01"), paid="2025-02-25", due_date="2025-02-15 00:00:00"
    )
    c.months("gold", 5000, 3, 12)
    expected["due_later"] = {"default": [("2025-01-01", "new", "50")]}

    c = add("gives_up")  # cancelled for non-payment in the middle of a period that nobody paid for
    c.subscription(ended="2025-02-25")
    c.months("gold", 5000, 1, 1)
    c.bill("2025-02-01", line("gold", 5000, "2025-02-01", "2025-03-01"), paid=None, status="uncollectible")
    expected["gives_up"] = {
        "default": [("2025-01-01", "new", "50"), ("2025-02-25", "churn", "-50")],
        "dunning": [("2025-01-01", "new", "50"), ("2025-02-11", "churn", "-50")],
    }

    c = add("pause")  # two months without invoices
    c.subscription(versions=[("2025-01-01", "active"), ("2025-03-01", "paused"), ("2025-05-01", "active")])
    c.months("gold", 5000, 1, 2)
    c.months("gold", 5000, 5, 12)
    expected["pause"] = {
        "default": [("2025-01-01", "new", "50"), ("2025-03-01", "churn", "-50"), ("2025-05-01", "reactivation", "50")],
        "chartmogul": [("2025-01-01", "new", "50")],
    }

    c = add("pause_midway")  # paused in the middle of a paid month
    c.subscription(versions=[("2025-01-01", "active"), ("2025-03-10", "paused"), ("2025-03-20", "active")])
    c.months("gold", 5000, 1, 12)
    expected["pause_midway"] = {
        "default": [("2025-01-01", "new", "50"), ("2025-03-10", "churn", "-50"), ("2025-03-20", "reactivation", "50")],
        "chartmogul": [("2025-01-01", "new", "50")],
    }

    c = add("at_once")  # leaves today, the rest of the month (20 of 31 days) is credited
    c.subscription(ended="2025-03-12", canceled="2025-03-12")
    c.months("gold", 5000, 1, 3)
    c.bill("2025-03-12", part("gold", -3226, "2025-03-12", "2025-04-01"))
    expected["at_once"] = {"default": [("2025-01-01", "new", "50"), ("2025-03-12", "churn", "-50")]}

    c = add("at_period_end")  # says so on the tenth, is gone at the end of the month
    c.subscription(ended="2025-04-01", canceled="2025-03-10")
    c.months("gold", 5000, 1, 3)
    expected["at_period_end"] = {
        "default": [("2025-01-01", "new", "50"), ("2025-04-01", "churn", "-50")],
        "stripe": [("2025-01-01", "new", "50"), ("2025-03-10", "churn", "-50")],
    }

    c = add("paid_for")  # ended by the tool in the middle of a time that was paid for and not credited
    c.subscription(ended="2025-03-12", canceled="2025-03-12")
    c.months("gold", 5000, 1, 3)
    expected["paid_for"] = {
        "default": [("2025-01-01", "new", "50"), ("2025-03-12", "churn", "-50")],
        "other": [("2025-01-01", "new", "50"), ("2025-04-01", "churn", "-50")],
    }

    c = add("metered")
    c.months("gold", 5000, 1, 12)
    c.bill("2025-06-01", line("api_calls", 700, "2025-05-01", "2025-06-01"), sub="m")
    calls: Moves = [("2025-01-01", "new", "50"), ("2025-05-01", "expansion", "7"), ("2025-06-01", "contraction", "-7")]
    expected["metered"] = {"default": calls[:1], "chartmogul": calls, "other": calls}

    c = add("not_final")  # drafts, voids, one-offs and lines without a time
    c.bill("2025-01-01", line("gold", 5000, "2025-01-01", "2025-02-01"), status="void", paid=None)
    c.bill("2025-01-01", line("gold", 5000, "2025-01-01", "2025-02-01"), status="draft", paid=None)
    c.bill("2025-01-01", line("", 90000, "2025-01-01", "2025-02-01"), line("gold", 5000, "2025-01-01", "2025-01-01"))
    expected["not_final"] = {"default": []}

    c = add("only_credit")  # a credit for a time that was billed before the data begins
    c.bill("2025-01-10", part("gold", -3000, "2025-01-10", "2025-02-01"))
    c.months("gold", 5000, 2, 12)
    expected["only_credit"] = {"default": [("2025-02-01", "new", "50")]}
    return made, expected


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's folder."""
    return company()[0].write(tmp_path_factory.mktemp("mrr") / "raw")


@pytest.fixture(scope="module")
def bench(raw: Path) -> harness.Workbench:
    """Where it is built."""
    return harness.Workbench(raw.parent / "bench")


@pytest.fixture(scope="module")
def built(raw: Path, bench: harness.Workbench) -> Mapping[str, harness.Build]:
    """The company under every set of rules."""
    ways: dict[str, Any] = {"as_of": AS_OF, "tools": ["stripe"], "tests": True}
    builds = {"default": bench.build("default", raw, **ways)}
    for name, variables in SETS.items():
        if variables:
            builds[name] = bench.build(
                name, raw, **ways, variables=variables, after=builds["default"], select=["int_mrr__line_amounts+"]
            )
    return builds


def movements(build: harness.Build) -> dict[str, Moves]:
    """By billing customer: day, kind and amount; without fx."""
    found: dict[str, Moves] = defaultdict(list)
    for source_id, moved_on, kind, amount in build.ask(
        "select source_id, movement_date, movement_kind, amount from marts.mrr_movements "
        "inner join marts.customer_sources using (customer_id) where movement_kind <> 'fx' order by all"
    ):
        found[source_id.removeprefix("cus_")].append((str(moved_on), kind, f"{amount.normalize():f}"))
    return found


@pytest.mark.parametrize("rules", SETS)
def test_every_case_moves_as_it_should(built: Mapping[str, harness.Build], rules: str) -> None:
    found = movements(built[rules])
    expected = {name: sets.get(rules, sets["default"]) for name, sets in company()[1].items()}
    wrong = {
        name: (moves, found.get(name, []))
        for name, moves in expected.items()
        if sorted(found.get(name, []))
        != sorted((at, kind, f"{Decimal(much).normalize():f}") for at, kind, much in moves)
    }
    assert not wrong, "\n".join(f"{name}: expected {moves[0]}, found {moves[1]}" for name, moves in wrong.items())


def test_every_kind_of_movement_comes_out(built: Mapping[str, harness.Build]) -> None:
    kinds = {kind for (kind,) in built["default"].ask("select distinct movement_kind from marts.mrr_movements")}
    assert kinds == {"new", "expansion", "contraction", "churn", "reactivation", "fx"}


def month_ends(build: harness.Build, name: str, column: str) -> dict[str, Decimal]:
    """A column of mrr_customer_months by month end."""
    rows = build.ask(
        f"select month_end, {column} from marts.mrr_customer_months "
        f"inner join marts.customer_sources using (customer_id) where source_id = 'cus_{name}' order by 1"
    )
    return {str(month): value for month, value in rows}


def test_an_annual_plan_is_twelve_equal_months(built: Mapping[str, harness.Build]) -> None:
    mrr = month_ends(built["default"], "annual", "mrr")
    assert list(mrr.values()) == [Decimal(100)] * 12 + [Decimal(0)]
    assert list(mrr)[::11] == ["2024-12-31", "2025-11-30"]


def rates(currency: str) -> dict[str, Decimal]:
    """The seed's rates of 2025 into euros by month."""
    with (ROOT / "seeds/rules/exchange_rates.csv").open(encoding="utf-8") as file:
        return {
            row["rate_date"][:7]: Decimal(row["rate"])
            for row in csv.DictReader(file)
            if row["from_currency"] == currency and row["rate_date"] >= "2024"
        }


def cents(value: Decimal) -> Decimal:
    """Rounded half up to cents."""
    return value.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def test_exchange_rates_alone_are_their_own_movement(built: Mapping[str, harness.Build]) -> None:
    rate, build = rates("USD"), built["default"]
    mrr, fx = month_ends(build, "fx", "mrr"), month_ends(build, "fx", "fx_mrr")
    months = [dt.date.fromisoformat(each).strftime("%Y-%m") for each in mrr]
    assert months == [f"2025-{month:02d}" for month in range(1, 13)]
    assert list(mrr.values()) == [cents(100 * rate[month]) for month in months]
    assert list(fx.values()) == [Decimal(0)] + [
        cents(100 * rate[now]) - cents(100 * rate[before]) for before, now in itertools.pairwise(months)
    ]
    # retention is measured at the opening's rates: a strong dollar keeps nobody
    retained, opening = month_ends(build, "fx", "retained_mrr"), month_ends(build, "fx", "opening_mrr")
    assert list(retained.values())[1:] == list(opening.values())[1:]


def test_yen_have_no_cents(built: Mapping[str, harness.Build]) -> None:
    assert month_ends(built["default"], "yen", "mrr")["2025-03-31"] == cents(4800 * rates("JPY")["2025-03"])


def test_the_parts_of_a_movement(built: Mapping[str, harness.Build]) -> None:
    """Plan, seats and price each take what is theirs; the sum is the movement."""
    rows = built["default"].ask(
        "select source_id, movement_date, amount, seats_amount, plan_amount, price_amount, plan_before, plan_after, "
        "seats_before, seats_after from marts.mrr_movements inner join marts.customer_sources using (customer_id) "
        "where movement_kind in ('expansion', 'contraction')"
    )
    parts = {(row[0].removeprefix("cus_"), str(row[1])): row[2:] for row in rows}
    hundred, zero = Decimal(100), Decimal(0)
    assert parts["upgrade", "2025-03-16"] == (hundred, zero, hundred, zero, "basic", "plus", 1, 1)
    assert parts["seats", "2025-04-21"] == (hundred, hundred, zero, zero, "gold", "gold", 3, 5)
    assert parts["discount_ends", "2025-04-01"] == (Decimal(20), zero, zero, Decimal(20), "basic", "basic", 1, 1)
    assert parts["overlap", "2025-01-15"][2] == Decimal(30)
    assert parts["overlap", "2025-01-15"][4] is None


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"mrr_rules": {"churn_at": "noon"}}, "give one of end, period_end, cancellation"),
        ({"mrr_rules": {"churn_date": "end"}}, "which is no rule"),
        ({"mrr_rules": {"reactivation_days": "ten"}}, "give a number of days"),
        ({"mrr_preset": "baremetrics"}, "give one of customer360, chartmogul, stripe"),
    ],
)
def test_an_unknown_rule_is_an_error(
    built: Mapping[str, harness.Build], bench: harness.Workbench, raw: Path, variables: dict[str, Any], says: str
) -> None:
    select = ["int_mrr__line_amounts", "int_mrr__movements"]
    with pytest.raises(AssertionError, match=says):
        bench.build(
            "wrong", raw, as_of=AS_OF, tools=["stripe"], variables=variables, after=built["default"], select=select
        )
