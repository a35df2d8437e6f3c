"""Once a customer's contracts are known: its subscriptions, its billing customers, and the truth about its MRR."""

from __future__ import annotations

from decimal import Decimal

from customer360.simulate import fx, names
from customer360.simulate.billing import Biller
from customer360.simulate.clock import DAY, add_months, date_of
from customer360.simulate.contracts import DUNNING_DAYS, Payer, Subscription
from customer360.simulate.ids import scramble_one
from customer360.simulate.latent import AT_ONCE, PAUSE
from customer360.simulate.recorder import Change, changed

_MICRO = Decimal("0.000001")
#: Length of a month in days, for chances that do not wait for the end of a period.
_MONTH = 30.4


def write_contracts(biller: Biller) -> None:
    """Everything about a customer's contracts but the invoices."""
    for sub in biller.subs:
        if sub.versions:
            _write_subscription(biller, sub)
    _write_mrr(biller)
    for payer in biller.payers:
        if payer.created < biller.x.months.end:
            _write_payer(biller, payer)


def _write_subscription(biller: Biller, sub: Subscription) -> None:
    rec = biller.x.rec
    rec.add_versions("stripe.subscription_history", sorted(sub.versions, key=lambda version: version[0]))
    rec.add(
        "stripe.subscription_item",
        sub.created,
        sub.changes,
        id=sub.item,
        subscription_id=sub.id,
        plan_id=sub.first_plan,
        quantity=sub.first_quantity,
        created=sub.created,
    )


# -------------------------------------------------------------------- truth


def mrr_at(subs: list[Subscription], t: int, currency: str) -> Decimal:
    """True MRR of a customer at an instant, major units."""
    minor = Decimal(0)
    for sub in subs:
        now = None
        for step in sub.steps:
            if step[0] > t:
                break
            now = step
        if now is not None and now[1]:
            minor += Decimal(now[1]) / now[2]
    return minor / 10 ** fx.MINOR_DIGITS[currency]


def _write_mrr(biller: Biller) -> None:
    """When there was MRR, when it ended and why, how much there was at month ends, and how likely it was to end."""
    x, c, months, currency = biller.x, biller.x.customer, biller.x.months, biller.x.currency
    open_from = None
    for t in sorted({step[0] for sub in biller.subs for step in sub.steps}):
        value = mrr_at(biller.subs, t, currency)
        if value > 0 and open_from is None:
            open_from = t
        elif value == 0 and open_from is not None:
            c.paid.append((open_from, t))
            open_from = None
    if open_from is not None:
        c.paid.append((open_from, months.end + 400 * DAY))
    for _, t in c.paid:
        if t < months.end:
            reason, cause = biller.ends[t]
            x.rec.add(
                "truth.churn", t, true_customer_id=c.company.true_id, churn_date=t // DAY, reason=reason, cause=cause
            )
    for m in range(months.count):
        t = months.start[m + 1] - 1
        value = mrr_at(biller.subs, t, currency)
        if value <= 0:
            continue
        last = months.last_day(m)
        x.rec.add(
            "truth.mrr_months",
            t,
            true_customer_id=c.company.true_id,
            month_end=t // DAY,
            currency=currency,
            mrr=value.quantize(_MICRO),
            mrr_reporting=(value * fx.rate(currency, last.year, last.month)).quantize(_MICRO),
        )
        p30, p90 = _odds(biller, t + 1)
        x.rec.add(
            "truth.churn_probability",
            t,
            true_customer_id=c.company.true_id,
            month_end=t // DAY,
            p_30d=round(p30, 6),
            p_90d=round(p90, 6),
        )


def _odds(biller: Biller, t: int) -> tuple[float, float]:
    """True chance that MRR ends within 30 and 90 days after t, given the latent state at t."""
    main = (s for s in biller.subs if s.plan.tier >= 0 and s.created <= t and (s.ended is None or s.ended >= t))
    sub = next(main, None)
    if sub is None:
        return 0.0, 0.0
    x, i = biller.x, biller.x.customer.i
    term = next((step[2] for step in reversed(sub.steps) if step[0] <= t and step[1] > 0), sub.plan.months)
    ends = _coming_ends(sub, t, term)
    out = []
    for days in (30, 90):
        limit = t + days * DAY
        stay = (1.0 - AT_ONCE) ** (days / _MONTH)
        for e in ends:
            if e <= limit:
                stay *= (1.0 - x.latents.chance(i, x.months.index(e), term)) * (1.0 - PAUSE * min(term, 2))
        for s in (add_months(ends[0], -term), *ends):
            if t < s + DUNNING_DAYS * DAY <= limit:
                stay *= 1.0 - float(x.latents.no_pay[i, 0])
        out.append(1.0 - stay)
    return out[0], out[1]


def _coming_ends(sub: Subscription, t: int, term: int) -> list[int]:
    """Period ends of a subscription after t, for the next hundred days (at least one)."""
    known = [row for when, row in sub.versions if when <= t][-1]
    e = known[6]
    day = date_of(e).day
    while e < t:
        e = add_months(e, term, day)
    ends = [e]
    while ends[-1] < t + 100 * DAY:
        ends.append(add_months(ends[-1], term, day))
    return ends


# -------------------------------------------------------------------- the billing customer


def _write_payer(biller: Biller, payer: Payer) -> None:
    """The billing customer's own row: who it says it is, and how it can be recognised."""
    x, c, dice, mess = biller.x, biller.x.customer, biller.x.dice, biller.x.mess
    company, country = c.company, c.company.country
    spelled = names.spell(company, dice)
    name = spelled if dice.u() < mess.odd_spelling else company.legal
    email = _billing_email(biller, payer)
    phone = names.show_phone(company.phone_digits, country, dice.integer(0, 4))
    luck, placeholder = dice.u(), dice.pick(names.PLACEHOLDER_PHONES)
    shown: str | None = phone
    if luck < mess.missing_phone:
        shown = None
        x.rec.count("missing_phone")
    elif luck < mess.missing_phone + mess.placeholder_phone:
        shown = placeholder
        x.rec.count("placeholder_phone")
    metadata = _metadata(biller)
    tax_id = kind = status = None
    if country.vat and country.code != "GB" and payer is biller.payers[0] and dice.u() < 0.8:
        tax_id = f"{country.vat}{scramble_one(company.index | (x.ids.world << 17), 28, 77):09d}"
        kind, status = "eu_vat", "verified" if dice.u() < 0.85 else "unverified"
    changes: list[Change] = []
    overdue = 0
    for when, bad in sorted(payer.trouble):
        if when < x.months.end:
            overdue = max(0, overdue + (1 if bad else -1))
            changes.append(changed("stripe.customer", when, delinquent=overdue > 0))
    if c.kind == "trial" and dice.u() < 0.35:
        gone = payer.created + 60 * DAY
        if gone < x.months.end:
            changes.append(changed("stripe.customer", gone, is_deleted=True))
    x.rec.add(
        "stripe.customer",
        payer.created,
        changes,
        id=payer.id,
        created=payer.created,
        name=name,
        email=email,
        phone=shown,
        currency=x.currency,
        delinquent=False,
        is_deleted=False,
        address_line_1=company.street,
        address_city=company.city[0],
        address_postal_code=company.post_code,
        address_state=company.city[1] or None,
        address_country=country.code,
        tax_info_tax_id=tax_id,
        tax_info_type=kind,
        tax_info_verification_status=status,
        metadata=metadata,
        livemode=True,
    )
    x.rec.add_source(payer.created, "stripe", "customer", payer.id, company.true_id)


def _billing_email(biller: Biller, payer: Payer) -> str:
    """A person's address, billing@ and the like, or a private one."""
    x, c, dice, mess = biller.x, biller.x.customer, biller.x.dice, biller.x.mess
    people = c.people_at(payer.created) or c.people
    wanted = dice.pick(("economic_buyer", "champion"))
    person = next((p for p in people if p.role == wanted), people[0])
    luck, role = dice.u(), dice.pick(names.ROLE_ADDRESSES)
    if c.strong_ids and c.company.shares_domain:
        return person.email
    if luck < mess.role_address:
        x.rec.count("role_address")
        return f"{role}@{c.company.domain}"
    if luck < mess.role_address + mess.free_mail_billing and not c.strong_ids:
        x.rec.count("free_mail_billing")
        return person.other_email
    return person.email


def _metadata(biller: Biller) -> str | None:
    """The CRM id in JSON, if somebody cared."""
    x, c, dice, mess = biller.x, biller.x.customer, biller.x.dice, biller.x.mess
    short = dice.u() < mess.short_id
    if not c.crm_id or not (dice.u() >= mess.missing_metadata or c.strong_ids):
        x.rec.count("missing_metadata")
        return None
    x.rec.count("short_id", short)
    text = '{"salesforce_account_id": "' + (c.crm_id[:15] if short else c.crm_id) + '"}'
    return text[:-1] + ', "source": "web"}' if dice.u() < 0.1 else text
