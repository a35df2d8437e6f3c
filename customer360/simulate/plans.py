"""What the simulated vendor sells: plans, add-ons, one-off services, coupons."""

from __future__ import annotations

from dataclasses import dataclass

from customer360.simulate.clock import DAY, Months
from customer360.simulate.ids import B62, digits_one, scramble_one, world_of
from customer360.simulate.recorder import Recorder

INTERVAL_NAMES = {1: ("month", 1), 3: ("month", 3), 12: ("year", 1)}
_LABELS = {1: "monthly", 3: "quarterly", 12: "yearly"}
#: Price per seat and month, minor units, per tier.
_PRICES = {
    "eur": (2900, 5900, 9900, 14900),
    "usd": (3200, 6500, 10900, 16500),
    "gbp": (2500, 5200, 8700, 13200),
    "jpy": (4800, 9800, 16500, 24800),
}
_OFFERED = {
    "eur": ((0, 1), (0, 12), (1, 1), (1, 3), (1, 12), (2, 1), (2, 12), (3, 3), (3, 12)),
    "usd": ((0, 1), (0, 12), (1, 1), (1, 3), (1, 12), (2, 1), (2, 12), (3, 3), (3, 12)),
    "gbp": ((0, 1), (1, 1), (1, 12), (2, 1), (2, 12), (3, 12)),
    "jpy": ((0, 1), (1, 1), (1, 12), (2, 12), (3, 12)),
}
_ADD_ON = {"eur": 4900, "usd": 5500, "gbp": 4500, "jpy": 8000}
_ONE_OFFS = (("Onboarding package", 95000), ("Data import", 42000), ("Training day", 120000), ("Custom report", 30000))
_FACTORS = {"eur": 1.0, "usd": 1.1, "gbp": 0.9, "jpy": 1.6}  # jpy: 1.6 yen per cent


@dataclass(frozen=True)
class Plan:
    """A recurring price."""

    id: str
    product: str
    name: str
    tier: int  # -1 for the add-on
    currency: str
    months: int
    amount: int  # per seat and period, minor units


@dataclass(frozen=True)
class Coupon:
    """A discount: percent or amount off, for one invoice, some months, or for good."""

    id: str
    name: str
    percent: float | None
    amount: int | None
    currency: str | None
    duration: str
    months: int | None
    share: float

    def off(self, amount: int, first: bool) -> int:
        """What it takes off a positive line; an amount off applies to the period's first line only."""
        if amount <= 0:
            return 0
        if self.percent is not None:
            return int(amount * self.percent / 100 + 0.5)
        return min(amount, self.amount or 0) if first else 0


class Catalogue:
    """All plans, one-offs and coupons of a world."""

    def __init__(self, seed: int) -> None:
        self._code = digits_one(scramble_one(world_of(seed), 23, 7), 4)
        self.products: list[tuple[str, str, str]] = []
        for n, (name, text) in enumerate(
            (
                ("Starter", "For a first team"),
                ("Team", "For one department"),
                ("Business", "For several departments"),
                ("Enterprise", "For the whole company"),
                ("Analytics add-on", "Reports and exports"),
                ("Services", "Onboarding, imports, training"),
            )
        ):
            self.products.append((self._id("prod", n), name, text))
        self.plans: dict[tuple[int, str, int], Plan] = {}
        n = 100
        for currency, offered in _OFFERED.items():
            for tier, months in offered:
                amount = _PRICES[currency][tier] * {1: 1, 3: 3, 12: 10}[months]
                if months == 3:
                    amount = amount * 95 // 100
                name = f"{self.products[tier][1]} {_LABELS[months]}"
                self.plans[tier, currency, months] = Plan(
                    self._id("price", n), self.products[tier][0], name, tier, currency, months, amount
                )
                n += 1
        for currency, amount in _ADD_ON.items():
            self.plans[-1, currency, 1] = Plan(
                self._id("price", n), self.products[4][0], "Analytics add-on monthly", -1, currency, 1, amount
            )
            n += 1
        self.one_offs = {
            currency: [
                (self._id("price", 200 + 10 * c + k), name, int(amount * factor))
                for k, (name, amount) in enumerate(_ONE_OFFS)
            ]
            for c, (currency, factor) in enumerate(_FACTORS.items())
        }
        coupon = self._coupon
        self.coupons = [
            coupon(0, "Partner 10 %", 10.0, None, None, "forever", None, 0.20),
            coupon(1, "Spring 20 % for 3 months", 20.0, None, None, "repeating", 3, 0.25),
            coupon(2, "Loyalty 15 % for 6 months", 15.0, None, None, "repeating", 6, 0.12),
            coupon(3, "Welcome 50 % once", 50.0, None, None, "once", None, 0.18),
            coupon(4, "Two months free", 100.0, None, None, "repeating", 2, 0.07),
            coupon(5, "Friends of the house", 100.0, None, None, "forever", None, 0.03),
            coupon(6, "50 off once", None, 5000, "eur", "once", None, 0.10),
            coupon(7, "25 off for 4 months", None, 2500, "usd", "repeating", 4, 0.05),
        ]

    def _id(self, prefix: str, n: int) -> str:
        return f"{prefix}_{self._code}{digits_one(scramble_one(n, 59, 40 + len(prefix)), 10, B62)}"

    def _coupon(self, n: int, name: str, percent: float | None, *rest) -> Coupon:
        return Coupon(f"{name.split()[0].upper()}-{self._code}{n}", name, percent, *rest)

    def plan(self, tier: int, currency: str, months: int) -> Plan:
        """The plan asked for, or the nearest term that is offered for the tier and currency."""
        for term in (months, 12, 1, 3):
            plan = self.plans.get((tier, currency, term))
            if plan is not None:
                return plan
        raise KeyError((tier, currency, months))

    def record(self, rec: Recorder, months: Months) -> None:
        """The catalogue's own tables."""
        made = months.begin - 400 * DAY + 36000
        for ident, name, text in self.products:
            rec.add(
                "stripe.product",
                made,
                id=ident,
                name=name,
                active=True,
                is_deleted=False,
                created=made,
                type="service",
                description=text,
            )
        for p in self.plans.values():
            unit, count = INTERVAL_NAMES[p.months]
            trial = 14 if p.tier in (0, 1) and p.months == 1 else None
            both = {"id": p.id, "product_id": p.product, "nickname": p.name, "currency": p.currency}
            both |= {"active": True, "is_deleted": False, "created": made}
            rec.add(
                "stripe.plan",
                made,
                **both,
                amount=p.amount,
                interval=unit,
                interval_count=count,
                trial_period_days=trial,
                usage_type="licensed",
            )
            rec.add(
                "stripe.price",
                made,
                **both,
                unit_amount=p.amount,
                type="recurring",
                recurring_interval=unit,
                recurring_interval_count=count,
                recurring_usage_type="licensed",
            )
        for currency, prices in self.one_offs.items():
            for ident, name, amount in prices:
                rec.add(
                    "stripe.price",
                    made,
                    id=ident,
                    product_id=self.products[5][0],
                    nickname=name,
                    unit_amount=amount,
                    currency=currency,
                    type="one_time",
                    active=True,
                    is_deleted=False,
                    created=made,
                )
        for c in self.coupons:
            rec.add(
                "stripe.coupon",
                made,
                id=c.id,
                name=c.name,
                percent_off=c.percent,
                amount_off=c.amount,
                currency=c.currency,
                duration=c.duration,
                duration_in_months=c.months,
                valid=True,
                created=made,
            )
