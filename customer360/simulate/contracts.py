"""What a customer has signed: billing customers, subscriptions, invoice lines; and what billing them needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from customer360.simulate.clock import Months, add_months
from customer360.simulate.company import Customer
from customer360.simulate.dice import Dice
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import Latents
from customer360.simulate.mess import Mess
from customer360.simulate.plans import Catalogue, Coupon, Plan
from customer360.simulate.recorder import Change, Recorder

#: Days from an unpaid invoice to the end of its subscription.
DUNNING_DAYS = 24


@dataclass
class Context:
    """Everything that billing one customer draws on."""

    seed: int
    customer: Customer
    months: Months
    latents: Latents
    catalogue: Catalogue
    luck: np.ndarray
    dice: Dice
    mess: Mess
    ids: IdMaker
    rec: Recorder

    @property
    def currency(self) -> str:
        """The currency that the customer is billed in."""
        return self.customer.company.country.currency

    @property
    def zone(self) -> str:
        """The customer's time zone."""
        return self.customer.company.country.zone

    def lateness(self) -> int:
        """Days by which an append row comes late: mostly none."""
        return self.dice.integer(2, 9) if self.dice.u() < self.mess.late else 0


@dataclass
class Payer:
    """A customer record in the billing tool."""

    id: str
    created: int
    number: str  # first part of its invoice numbers
    invoices: int = 0
    balance: int = 0  # credit (negative) that the next invoice uses up
    trouble: list[tuple[int, bool]] = field(default_factory=list)  # when payments became overdue (True) and were made


@dataclass
class Subscription:
    """A subscription; `steps` is its true MRR: (from, minor units a period after discount, months of the period)."""

    id: str
    item: str
    payer: Payer
    plan: Plan
    quantity: int
    created: int
    coupon: Coupon | None
    coupon_from: int = 0
    trial: tuple[int, int] | None = None
    ended: int | None = None
    billed_to: int = 0  # add-ons: up to where they are billed
    anchor_day: int = 0  # add-ons: day of the month on which a period starts
    versions: list[tuple[int, list[Any]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    first_plan: str = ""
    first_quantity: int = 0

    def __post_init__(self) -> None:
        self.first_plan, self.first_quantity = self.plan.id, self.quantity

    @property
    def is_free(self) -> bool:
        """Whether a coupon takes everything off."""
        return self.coupon is not None and self.coupon.percent == 100

    def discount(self, amount: int, t: int, opening: bool) -> int:
        """What the coupon takes off a line billed at t; `opening`: the line opens a period (not a mid-cycle change)."""
        coupon = self.coupon
        if coupon is None or amount <= 0:
            return 0
        if coupon.duration == "once" and (t != self.coupon_from or not opening):
            return 0
        if coupon.duration == "repeating" and t >= add_months(self.coupon_from, coupon.months or 0):
            return 0
        return coupon.off(amount, opening)


@dataclass
class Line:
    """An invoice line to be written, with what its coupon takes off."""

    values: dict[str, Any]
    off: int = 0
    coupon: str | None = None

    @property
    def amount(self) -> int:
        """Before discount and tax, minor units."""
        return self.values["amount"]
