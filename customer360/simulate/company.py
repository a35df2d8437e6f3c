"""The customers of a block: who they are, who works there, and how strongly tools agree about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from customer360.simulate import names
from customer360.simulate.clock import DAY, HOUR, Months, utc_offset
from customer360.simulate.dice import Dice, running_sums
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import LAG, Latents
from customer360.simulate.mess import Mess
from customer360.simulate.names import Company, Person

#: Customers of a block. Blocks are simulated on their own, so the first ones do not depend on how many follow.
BLOCK = 200

_COUNTRY_SUMS = running_sums([c.weight for c in names.COUNTRIES])
_INDUSTRIES = (
    "Technology",
    "Manufacturing",
    "Professional Services",
    "Retail",
    "Healthcare",
    "Logistics",
    "Financial Services",
    "Media",
    "Energy",
    "Hospitality",
)
TIERS = ("Starter", "Team", "Business", "Enterprise")

#: Texts that break careless code: quotes, separators, line breaks, SQL, Jinja, HTML.
ODD_TEXTS = (
    ' "The Original"',
    "; Branch, North",
    "\nAttn: Accounts Payable",
    "'; drop table customers; --",
    " {{ 7*7 }}",
    " {% raw %}",
    " <b>VIP</b>",
    " \\ Sons",
    " O'Brien & Co",
    " 100 % √",
    "\t(new)",
    " ☂",
)


@dataclass
class Customer:
    """One true customer with what the rest of the simulation needs to know."""

    i: int  # position in the block
    company: Company
    kind: str  # customer, trial, prospect
    start_month: int
    since: int  # first contact with sales
    start: int  # first subscription (never, for prospects)
    existing: bool
    tier: int
    seats: int
    interval: int  # months
    people: list[Person]
    has_crm: bool
    has_usage: bool
    has_desk: bool
    bank_transfer: bool
    strong_ids: bool  # shares a domain with another true customer: only ids tell them apart
    owner: str = ""
    crm_id: str = ""
    # filled by billing
    lives: list[tuple[int, int]] = field(default_factory=list)  # [from, to) with a running subscription
    paid: list[tuple[int, int]] = field(default_factory=list)  # [from, to) with MRR
    seat_steps: list[tuple[int, int]] = field(default_factory=list)  # (from, seats)
    happenings: list[tuple[str, int, float, str]] = field(default_factory=list)  # kind, when, amount a year, currency
    billing_trouble: list[int] = field(default_factory=list)  # failed payments
    plan_name: str = ""
    contract_value: float = 0.0  # a year, minor units, list price of the first contract
    activity: list[int] = field(default_factory=list)  # CRM activity times, for last_activity_date

    def alive(self, t: int) -> bool:
        """Whether a subscription runs at t."""
        return any(a <= t < b for a, b in self.lives)

    def seats_at(self, t: int) -> int:
        """Seats bought at t."""
        seats = self.seats
        for when, n in self.seat_steps:
            if when > t:
                break
            seats = n
        return seats

    def people_at(self, t: int) -> list[Person]:
        """Who works there at t."""
        return [p for p in self.people if p.joined <= t and (p.left is None or t < p.left)]


def office_time(dice: Dice, day: int, zone: str) -> int:
    """A plausible working moment on a day (number): local 8:00-18:30, mostly mid-morning and mid-afternoon."""
    hour = 9.6 + 1.1 * dice.normal() if dice.u() < 0.5 else 14.6 + 1.4 * dice.normal()
    hour = min(max(hour, 7.5), 18.9)
    t = day * DAY + int(hour * HOUR)
    return t - utc_offset(zone, t)


def work_day(dice: Dice, first: int, days: int) -> int:
    """A weekday among `days` days from day number `first` (the next Monday or the Friday before, at an edge)."""
    day = first + int(dice.u() * max(days, 1))
    weekday = (day + 3) % 7
    if weekday >= 5:
        day += 7 - weekday if day + 7 - weekday < first + days else 4 - weekday
    return max(day, first)


def make_customers(
    seed: int,
    block: int,
    size: int,
    months: Months,
    latents: Latents,
    start_month: np.ndarray,
    existing: np.ndarray,
    kinds: list[str],
    dice: Dice,
    mess: Mess,
    ids: IdMaker,
) -> list[Customer]:
    """Companies, people and contract sizes of a block."""
    customers: list[Customer] = []
    for i in range(size):
        index = block * BLOCK + i
        company = _make_company(seed, index, dice, mess, customers)
        kind = kinds[i]
        month = int(start_month[i])
        there = bool(existing[i])
        zone = company.country.zone
        late_lead = kind == "prospect" and dice.u() < 0.45
        if late_lead:  # in the pipeline when the window ends
            day = months.end // DAY + dice.integer(-20, 60)
            since = (day - dice.integer(60, 120)) * DAY
        elif there:
            day = months.begin // DAY + dice.integer(0, 2)
            since = months.begin - dice.integer(60, 1100) * DAY
        else:
            day = work_day(dice, months.start[month] // DAY, 28)
            since = (day - dice.integer(8, 110)) * DAY
        start = office_time(dice, day, zone)
        since = office_time(dice, since // DAY - (since // DAY + 3) % 7 // 5 * 2, zone)
        size_z = float(latents.size[i])
        tier = 0 if size_z < -0.35 else 1 if size_z < 0.55 else 2 if size_z < 1.5 else 3
        low, high = ((1, 2), (2, 4), (3, 8), (8, 20))[tier]
        seats = dice.integer(low, high)
        x = dice.u()
        interval = (
            (1 if x < 0.72 else 12),
            (1 if x < 0.52 else 3 if x < 0.68 else 12),
            (1 if x < 0.34 else 12),
            (3 if x < 0.25 else 12),
        )[tier]
        customers.append(
            Customer(
                i=i,
                company=company,
                kind=kind,
                start_month=month,
                since=since,
                start=start,
                existing=there,
                tier=tier,
                seats=seats,
                interval=interval,
                people=[],
                has_crm=kind == "prospect" or not dice.chance(mess.no_crm_account) or company.parent is not None,
                has_usage=dice.u() < 0.66,
                has_desk=dice.u() < 0.86,
                bank_transfer=tier == 3 or (tier == 2 and dice.u() < 0.3),
                strong_ids=company.shares_domain,
            )
        )
        _hire(seed, customers[-1], months, latents, dice, mess, ids)
    for c in customers:  # whoever shares a domain must be told apart by ids
        if c.company.shares_domain and c.company.parent is not None:
            customers[c.company.parent - block * BLOCK].strong_ids = True
            customers[c.company.parent - block * BLOCK].has_crm = True
    return customers


def _make_company(seed: int, index: int, dice: Dice, mess: Mess, before: list[Customer]) -> Company:
    country = dice.weighted(names.COUNTRIES, _COUNTRY_SUMS)
    stem, trade = names.core_name(seed, index)
    host_style = dice.u()
    accent, accent_at, amp, sub, sub_pick, twin, twin_pick, odd, second = (dice.u() for _ in range(9))
    used = {c.company.parent for c in before} | {c.company.twin for c in before}
    singles = [c for c in before if c.company.index not in used and c.company.parent is None and c.company.twin is None]
    parent = twin_of = None
    if sub < mess.subsidiary and len(singles) > 5:
        parent = singles[int(sub_pick * len(singles))].company
    elif twin < mess.generic_twin and len(singles) > 5:
        twin_of = singles[int(twin_pick * len(singles))].company
    city = dice.pick(country.cities)
    street = f"{dice.pick(country.streets)} {dice.integer(1, 180)}"
    if country.code in ("US", "GB", "FR"):
        number, road = street.rsplit(" ", 1)[::-1]
        street = f"{number} {road}"
    elif country.code == "JP":
        street = street.replace("- ", "-")
    post = city[2] + (
        f"{dice.integer(0, 9)}{dice.pick('ABDEHLN')}{dice.pick('PRSTXY')}"
        if country.code == "GB"
        else f"{dice.integer(0, 9999):04d}"
        if country.code == "JP"
        else f"{dice.integer(0, 10 ** (5 - len(city[2])) - 1):0{max(5 - len(city[2]), 1)}d}"
    )
    if country.code in ("CH", "AT"):
        post = post[:4]
    word = trade.lower()
    host = f"{stem.lower()}{word}" if host_style < 0.6 else f"{stem.lower()}-{word}"
    tld = dice.pick(country.tlds)
    domain = f"{host}.{tld}"
    company = Company(
        index=index,
        true_id=true_id(seed, index),
        stem=stem,
        trade=trade,
        form=dice.pick(country.forms),
        country=country,
        city=city,
        street=street,
        post_code=post,
        domain=domain,
        other_domains=[],
        phone_digits=names.make_phone(seed, index, country),
        industry=dice.pick(_INDUSTRIES),
    )
    if twin_of is not None and twin_of.country.code != country.code:
        # the very name of an unrelated company in another country; its own domain, phone and address
        company.stem, company.trade, company.stem_shown = twin_of.stem, twin_of.trade, twin_of.stem_shown
        company.twin = twin_of.index
        place = names.bare(city[0])
        company.domain = f"{names.bare(twin_of.stem)}{twin_of.trade.lower()}-{place}.{tld}"
    elif parent is not None:
        company.stem, company.trade, company.parent = parent.stem, parent.trade, parent.index
        company.stem_shown = parent.stem_shown
        company.unit = dice.pick(("Digital", "International", "Services", "Nord", "Operations", country.name))
        company.shares_domain = dice.chance(mess.subsidiary_shares_domain)
        unit = names.bare(company.unit)
        company.domain = (
            parent.domain if company.shares_domain else f"{names.bare(parent.stem)}{parent.trade.lower()}-{unit}.{tld}"
        )
    else:
        if accent < mess.accented_name:
            company.stem_shown = names.stem_with_accent(stem, country, accent_at)
            host = host.replace(stem.lower(), names.bare(company.stem_shown))
            company.domain = f"{host}.{tld}"
        if amp < mess.ampersand_name:
            company.partner = dice.pick(("Sons", "Partner", "Co", "Daughters", "Brothers", "Friends"))
            company.and_word = dice.pick(("&", "and", "&") if country.language == "en" else ("&", "und", "&"))
    if second < mess.second_domain and not company.shares_domain:
        base = company.domain.split(".")[0]
        company.other_domains.append(dice.pick((f"{base}.io", f"{base}-group.com", f"{base}-online.com")))
    if odd < mess.odd_text:
        company.odd_text = dice.pick(ODD_TEXTS)
    return company


def _hire(seed: int, c: Customer, months: Months, latents: Latents, dice: Dice, mess: Mess, ids: IdMaker) -> None:
    """The people: a champion (and later champions), the buyer, perhaps an admin, users for the seats."""
    pattern = dice.integer(0, 5)
    roles = ["champion", "economic_buyer"]
    if dice.u() < 0.45:
        roles.append("admin")
    users = 0 if c.kind == "prospect" else round(c.seats * 1.3) if c.has_usage else min(c.seats, 2)
    roles += ["user"] * users
    taken: set[str] = set()
    for role in roles:
        _add_person(seed, c, role, pattern, c.since, dice, mess, ids, taken)
    if c.kind == "prospect":
        return
    left = latents.champion_left[c.i]
    here = latents.champion[c.i]
    champion: Person | None = c.people[0]
    if not here[max(c.start_month, 0) + LAG]:
        champion.left = c.start + 20 * DAY
        champion = None
    for m in range(c.start_month + 1, months.count):
        day = work_day(dice, months.start[m] // DAY, 28)
        if champion is not None and left[m + LAG]:
            champion.left = day * DAY
            champion = None
        elif champion is None and here[m + LAG]:
            champion = _add_person(seed, c, "champion", pattern, day * DAY, dice, mess, ids, taken)
    for p in c.people[1:]:
        if p.role == "user" and dice.u() < 0.12:
            p.left = c.start + dice.integer(60, 900) * DAY


def _add_person(
    seed: int, c: Customer, role: str, pattern: int, joined: int, dice: Dice, mess: Mess, ids: IdMaker, taken: set[str]
) -> Person:
    company, country = c.company, c.company.country
    index = len(c.people)
    language = country.language if dice.u() < 0.85 else "en"
    first = dice.pick(names.FIRST_NAMES[language])
    last = dice.pick(names.LAST_NAMES[language]).replace(".", " ")
    domain = company.domain
    if company.other_domains and dice.u() < 0.25:
        domain = company.other_domains[0]
    local = names.local_part(first, last, pattern)
    if company.parent is not None and company.shares_domain:
        local += f".{names.bare(company.unit)}"  # the parent's domain, but not the parent's people
    n = 2
    base = local
    while local in taken:
        local = f"{base}{n}"
        n += 1
    taken.add(local)
    title, department = dice.pick(names.TITLES[role])
    work = f"{local}@{domain}"
    private = names.free_mail(seed, company.index, index, first, dice.pick(names.FREE_MAIL))
    person = Person(
        true_id=f"{company.true_id}_p{index:02d}",
        index=index,
        first=first,
        last=last,
        email=private if dice.u() < mess.free_mail else work,
        other_email=private,
        role=role,
        title=title,
        department=department,
        phone=names.make_mobile(seed, company.index, index, country) if index < 3 else "",
        joined=joined,
        visitor=ids.visitor(company.index, index),
    )
    c.people.append(person)
    return person


def true_id(seed: int, index: int) -> str:
    """Id of a true customer."""
    return f"t{seed}_{index:06d}"


def own_company(seed: int) -> tuple[str, str]:
    """Name and mail domain of the simulated vendor itself: the last company of the world's range."""
    stem, _ = names.core_name(seed, names.WORLD_SIZE - 1)
    return f"{stem} Cloud", f"{stem.lower()}{names.world_of(seed)}.io"
