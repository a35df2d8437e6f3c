"""Simulates one block of customers, tool by tool, into a recorder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from customer360.simulate.activities import Activities
from customer360.simulate.bad_rows import plant_bad_rows
from customer360.simulate.billing import Biller
from customer360.simulate.billing_truth import write_contracts
from customer360.simulate.cleanup import clean_up
from customer360.simulate.clock import DAY, Months
from customer360.simulate.company import BLOCK, TIERS, Customer, make_customers, true_id
from customer360.simulate.contracts import Context
from customer360.simulate.crm import Crm
from customer360.simulate.deals import Deals
from customer360.simulate.dice import Dice, stream
from customer360.simulate.feeds import Feeds, make_incidents, make_sessions, record_feeds
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import AHEAD, Latents, simulate_latents
from customer360.simulate.mess import Mess
from customer360.simulate.plans import Catalogue
from customer360.simulate.recorder import Recorder
from customer360.simulate.support import Support, make_desk, record_desk
from customer360.simulate.surveys import Surveys
from customer360.simulate.usage import Usage, record_catalogue

# purposes of the random streams of a block
_WHO, _LATENT, _COMPANY, _LUCK, _BILLING, _CRM, _SUPPORT, _SURVEYS, _USAGE, _ROWS, _FEEDS = range(11)
_CLEANUP = 20
_LEAVERS, _DESK, _RESPONDENTS = 40, 41, 42


@dataclass(frozen=True)
class Plan:
    """What to simulate; everything but `until` shapes the world."""

    customers: int
    months: Months
    seed: int
    mess: Mess
    usage_scale: float
    until: int  # an instant on the last day of the export

    @property
    def blocks(self) -> int:
        """Number of blocks; the last one may be smaller."""
        return -(-self.customers // BLOCK)


def simulate_block(plan: Plan, block: int) -> Recorder:
    """All rows of the customers `block * BLOCK ...`, whatever the number of customers after them."""
    seed, months, mess = plan.seed, plan.months, plan.mess
    size = min(BLOCK, plan.customers - block * BLOCK)
    rec = Recorder(seed, block, mess)
    ids = IdMaker(seed, block)
    kinds, existing, start_month = _who(seed, block, months.count)
    latents = simulate_latents(stream(seed, block, _LATENT), BLOCK, months.count, start_month)
    luck = stream(seed, block, _LUCK).random((8, BLOCK, months.count + AHEAD))
    customers = make_customers(
        seed,
        block,
        BLOCK,
        months,
        latents,
        start_month,
        existing,
        kinds,
        Dice(stream(seed, block, _COMPANY)),
        mess,
        ids,
    )[:size]
    _count_mess(rec, customers)
    crm = Crm(seed, block, months, latents, Dice(stream(seed, block, _CRM)), mess, ids, rec)
    crm.open_accounts(customers)
    catalogue = Catalogue(seed)
    dice = Dice(stream(seed, block, _BILLING))
    for c in customers:
        _write_truth(rec, c, latents)
        if c.kind != "prospect":
            biller = Biller(Context(seed, c, months, latents, catalogue, luck, dice, mess, ids, rec))
            biller.run()
            write_contracts(biller)
    support = Support(
        seed,
        months,
        latents,
        make_desk(months, IdMaker(seed, -1), Dice(stream(seed, 2**30, _LEAVERS)), mess),
        crm,
        Dice(stream(seed, block, _SUPPORT)),
        Dice(stream(seed, block, _DESK)),
        mess,
        ids,
        rec,
    )
    deals, activities = Deals(crm), Activities(crm)
    surveys = Surveys(
        months,
        latents,
        Dice(stream(seed, block, _SURVEYS)),
        Dice(stream(seed, block, _RESPONDENTS)),
        mess,
        ids,
        rec,
    )
    for c in customers:
        crm.write_contacts(c)
        deals.write(c)
        activities.write(c)
        support.run(c)
        surveys.run(c)
    for answered in support.solved:
        surveys.after_support(*answered)
    surveys.ask()
    Usage(months, latents, crm, stream(seed, block, _USAGE), mess, plan.usage_scale, ids, rec).run(customers)
    crm.write_accounts(customers)
    Feeds(
        months,
        latents,
        make_sessions(months, IdMaker(seed, -1)),
        make_incidents(months, IdMaker(seed, -1), Dice(stream(seed, 2**30, _FEEDS))),
        Dice(stream(seed, block, _FEEDS)),
        ids,
        rec,
    ).run(customers)
    clean_up(rec, customers, months, Dice(stream(seed, block, _CLEANUP)), mess)
    plant_bad_rows(rec, months, Dice(stream(seed, block, _ROWS)), mess, ids)
    return rec


def simulate_vendor(plan: Plan) -> Recorder:
    """What belongs to the vendor and not to a customer: catalogue, agents, schedules, features, sessions, incidents."""
    rec = Recorder(plan.seed, -1 % 2**31, plan.mess)
    Catalogue(plan.seed).record(rec, plan.months)
    ids = IdMaker(plan.seed, -1)
    desk = make_desk(plan.months, ids, Dice(stream(plan.seed, 2**30, _LEAVERS)), plan.mess)
    record_desk(plan.seed, plan.months, desk, ids, Dice(stream(plan.seed, 2**30, _SUPPORT)), rec)
    record_catalogue(plan.months, ids, rec)
    record_feeds(plan.months, IdMaker(plan.seed, -1), Dice(stream(plan.seed, 2**30, _FEEDS)), rec)
    return rec


def _who(seed: int, block: int, months: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Kind of each customer, whether it was there at the start, and the month in which it starts."""
    rng = stream(seed, block, _WHO)
    x, y, z = rng.random((3, BLOCK))
    kinds = np.where(x < 0.10, "prospect", np.where((x < 0.155) & (y >= 0.42), "trial", "customer"))
    existing = (y < 0.42) & (kinds == "customer")
    weight = 1.0 + 0.5 * np.arange(months) / max(months - 1, 1)
    month = np.searchsorted(np.cumsum(weight) / weight.sum(), z)
    return kinds.tolist(), existing, np.where(existing, 0, month)


def _count_mess(rec: Recorder, customers: list[Customer]) -> None:
    """Note what `make_customers` planted."""
    for c in customers:
        company = c.company
        rec.count("accented_name", bool(company.stem_shown) and company.parent is None)
        rec.count("ampersand_name", bool(company.partner))
        rec.count("second_domain", bool(company.other_domains))
        rec.count("subsidiary", company.parent is not None)
        rec.count("subsidiary_shares_domain", company.shares_domain)
        rec.count("generic_twin", company.twin is not None)
        rec.count("free_mail", sum(p.email == p.other_email for p in c.people))


def _write_truth(rec: Recorder, c: Customer, latents: Latents) -> None:
    """What a customer truly is."""
    i, company = c.i, c.company
    rec.add(
        "truth.customers",
        c.since,
        true_customer_id=company.true_id,
        name=company.core,
        parent_true_customer_id=None if company.parent is None else true_id(rec.seed, company.parent),
        kind=c.kind,
        start_date=None if c.kind == "prospect" else c.start // DAY,
        plan=TIERS[c.tier],
        seats=c.seats,
        currency=company.country.currency,
        country=company.country.code,
        fit=round(float(latents.fit[i]), 4),
        price_sensitivity=round(float(latents.price[i]), 4),
        support_need=round(float(latents.support[i]), 4),
        payment_quality=round(float(latents.payment[i]), 4),
        responsiveness=round(float(latents.responsive[i]), 4),
        has_usage_feed=c.has_usage,
        has_help_desk=c.has_desk,
    )
