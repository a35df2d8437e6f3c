"""The CRM: the vendor's own people, accounts with their duplicates, and contacts."""

from __future__ import annotations

from dataclasses import dataclass

from customer360.simulate import names
from customer360.simulate.clock import DAY, MINUTE, Months
from customer360.simulate.company import Customer, office_time, own_company
from customer360.simulate.dice import Dice
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import Latents
from customer360.simulate.mess import Mess
from customer360.simulate.names import Company
from customer360.simulate.recorder import Change, Recorder, changed

HOME_ZONE = "Europe/Berlin"


@dataclass
class Employee:
    """One of us: an account owner."""

    id: str
    name: str
    email: str
    title: str


@dataclass
class Account:
    """A CRM account: a customer has one, or two by mistake."""

    id: str
    company: Company
    created: int
    copy: int
    merged: bool = False
    deleted: bool = False


class Crm:
    """Writes the CRM rows of a block."""

    def __init__(
        self,
        seed: int,
        block: int,
        months: Months,
        latents: Latents,
        dice: Dice,
        mess: Mess,
        ids: IdMaker,
        rec: Recorder,
    ) -> None:
        self.seed, self.block, self.months, self.latents = seed, block, months, latents
        self.dice, self.mess, self.ids, self.rec = dice, mess, ids, rec
        self.domain = own_company(seed)[1]
        self.accounts: dict[int, list[Account]] = {}
        self.sellers: list[Employee] = []
        self.managers: list[Employee] = []
        self._hire()

    def _hire(self) -> None:
        dice, taken = self.dice, set()
        boss = None
        for k in range(6):
            first, last = dice.pick(names.FIRST_NAMES["en"]), dice.pick(names.LAST_NAMES["en"]).replace(".", " ")
            local = f"{names.bare(first)}.{names.bare(last)}{self.block or ''}"
            while local in taken:
                local += "b"
            taken.add(local)
            title, department = "Customer Success Manager", "Customer Success"
            if k >= 4:
                title, department = "Account Executive", "Sales"
            elif self.block == 0 and k == 0:
                title = "Head of Customer Success"
            one = Employee(self.ids.salesforce("user"), f"{first} {last}", f"{local}@{self.domain}", title)
            boss = boss or one.id
            active = not (k == 5 and self.block % 4 == 1)
            zone = HOME_ZONE if k % 2 else "America/New_York"
            self.rec.add(
                "salesforce.user",
                self.months.begin - 30 * DAY,
                id=one.id,
                name=one.name,
                first_name=first,
                last_name=last,
                email=one.email,
                is_active=active,
                title=title,
                department=department,
                manager_id=None if boss == one.id else boss,
                time_zone_sid_key=zone,
                _fivetran_deleted=False,
            )
            (self.sellers if k >= 4 else self.managers).append(one)

    # ---------------------------------------------------------------- accounts

    def open_accounts(self, customers: list[Customer]) -> None:
        """Give every customer its CRM ids; the rows follow when all that changes them is known."""
        dice, mess = self.dice, self.mess
        previous = ""
        for c in customers:
            owner = self.sellers[c.i % 2] if c.kind != "customer" else self.managers[(c.i * 7 + c.tier) % 4]
            c.owner = owner.id
            accounts: list[Account] = []
            self.accounts[c.i] = accounts
            duplicate, fate, shift = dice.u(), dice.u(), dice.u()
            twin = dice.u() < mess.case_twin_id
            if not c.has_crm:
                self.rec.count("no_crm_account")
                continue
            if twin and previous:
                ident, previous = self.ids.case_twin(previous), ""
                self.rec.count("case_twin_id")
            else:
                ident = previous = self.ids.salesforce("account")
            c.crm_id = ident
            accounts.append(Account(ident, c.company, c.since, 0))
            if duplicate < mess.crm_duplicate + mess.crm_deleted and not c.strong_ids:
                made = office_time(dice, (c.since + int(30 * DAY + shift * 500 * DAY)) // DAY, HOME_ZONE)
                junk = duplicate >= mess.crm_duplicate
                merged = not junk and fate < mess.crm_merged
                accounts.append(
                    Account(self.ids.salesforce("account"), c.company, made, 1, merged=merged, deleted=junk)
                )
                self.rec.count("crm_deleted" if junk else "crm_merged" if merged else "crm_duplicate")

    def reference(self, c: Customer, t: int) -> str:
        """The CRM id that another tool holds for a customer at t: at times the duplicate's."""
        accounts = [a for a in self.accounts[c.i] if a.created <= t]
        pick = accounts[-1] if len(accounts) > 1 and not accounts[-1].deleted and self.dice.u() < 0.3 else accounts[0]
        return pick.id[:15] if self.dice.u() < self.mess.short_id else pick.id

    def main_account(self, c: Customer) -> str:
        """Id of the customer's first account."""
        return self.accounts[c.i][0].id

    def write_accounts(self, customers: list[Customer]) -> None:
        """Write all accounts, once everything that changes them is known."""
        by_index = {c.company.index: c for c in customers}
        for c in customers:
            for a in self.accounts[c.i]:
                self._write_account(c, a, by_index)

    def _write_account(self, c: Customer, a: Account, by_index: dict[int, Customer]) -> None:
        dice, mess, company, months = self.dice, self.mess, c.company, self.months
        country = company.country
        name = company.core if dice.u() < 0.5 else company.legal
        spelled = names.spell(company, dice)
        if dice.u() < mess.odd_spelling or (a.copy and mess.odd_spelling):
            name = spelled
            self.rec.count("odd_spelling")
        if company.odd_text and a.copy == 0:
            name += company.odd_text
            self.rec.count("odd_text")
        phone: str | None = names.show_phone(company.phone_digits, country, dice.integer(0, 5))
        x, placeholder = dice.u(), dice.pick(names.PLACEHOLDER_PHONES)
        if x < mess.missing_phone:
            phone = None
            self.rec.count("missing_phone")
        elif x < mess.missing_phone + mess.placeholder_phone:
            phone = placeholder
            self.rec.count("placeholder_phone")
        domain = company.domain
        if company.other_domains and (a.copy or dice.u() < 0.3):
            domain = company.other_domains[0]
        website: str | None = names.show_website(domain, dice)
        if dice.u() < mess.missing_website and not (a.copy and x < mess.missing_phone + mess.placeholder_phone):
            website = None
            self.rec.count("missing_website")
        staff = max(2, int(dice.lognormal(2.2**c.tier * 14, 0.6)))
        revenue = float(round(staff * dice.lognormal(110_000, 0.4), -3))
        country_shown = country.name if dice.u() < 0.6 else country.code
        street = None if a.copy and dice.u() < 0.4 else company.street
        changes: list[Change] = []
        first_owner = self.sellers[c.i % 2].id if c.kind == "customer" and not c.existing else c.owner
        parent = by_index.get(company.parent) if company.parent is not None else None
        owner = first_owner if a.copy == 0 else self.sellers[dice.integer(0, 1)].id
        number = f"K-{self.ids.world:04d}{company.index:05d}" if dice.u() < 0.45 and a.copy == 0 else None
        if a.copy == 0:
            self._account_changes(c, changes, staff, revenue)
        if a.merged or a.deleted:
            gone = office_time(dice, a.created // DAY + dice.integer(20, 300), HOME_ZONE)
            gone = min(gone, max(months.end - 40 * DAY, a.created + DAY))
            survivor = self.accounts[c.i][0].id if a.merged else None
            changes.append(
                changed("salesforce.account", gone, is_deleted=True, master_record_id=survivor, system_modstamp=gone)
            )
        self.rec.add(
            "salesforce.account",
            a.created,
            changes,
            id=a.id,
            name=name,
            created_date=a.created,
            is_deleted=False,
            parent_id=parent.crm_id if parent and parent.crm_id else None,
            owner_id=owner,
            type="Prospect",
            industry=company.industry,
            number_of_employees=staff,
            annual_revenue=revenue,
            phone=phone,
            website=website,
            account_number=number,
            billing_street=street,
            billing_city=company.city[0],
            billing_state=company.city[1] or None,
            billing_postal_code=company.post_code,
            billing_country=country_shown,
            system_modstamp=a.created,
        )
        self.rec.add_source(a.created, "salesforce", "account", a.id, company.true_id)

    def _account_changes(self, c: Customer, changes: list[Change], staff: int, revenue: float) -> None:
        """Type, owner, size, last activity: overwritten as time passes."""
        dice, months = self.dice, self.months

        def change(when: int, **values: object) -> None:
            changes.append(changed("salesforce.account", when, **values))

        for k, (first, t) in enumerate(c.paid):
            became = c.since if c.existing and k == 0 else first
            change(became, type="Customer", system_modstamp=became)
            if t < months.end:
                change(t + DAY, type="Former Customer", system_modstamp=t + DAY)
        if c.kind == "customer" and not c.existing and c.paid:
            t = c.paid[0][0] + 3 * DAY  # handed over from sales to customer success
            change(t, owner_id=c.owner, system_modstamp=t)
        year = c.since + 365 * DAY
        while year < months.end:
            if dice.u() < 0.4:
                staff = max(2, int(staff * (0.9 + 0.3 * dice.u())))
                revenue = float(round(revenue * (0.92 + 0.25 * dice.u()), -3))
                change(year, number_of_employees=staff, annual_revenue=revenue, system_modstamp=year)
            year += 365 * DAY
        for m in range(months.count):
            if dice.u() < 0.006:
                t = office_time(dice, months.start[m] // DAY + dice.integer(1, 20), HOME_ZONE)
                if t > c.since:
                    if dice.u() < 0.8:
                        c.owner = dice.pick(self.managers).id
                        change(t, owner_id=c.owner, system_modstamp=t)
                    else:
                        industry = dice.pick(("Technology", "Manufacturing", "Services"))
                        change(t, industry=industry, system_modstamp=t)
        for t in sorted(c.activity):
            change(t, last_activity_date=t // DAY * DAY)

    # ---------------------------------------------------------------- people

    def write_contacts(self, c: Customer) -> None:
        """The people of a customer that the CRM knows, some of them twice."""
        dice, mess, rec, months = self.dice, self.mess, self.rec, self.months
        if not c.crm_id:
            return
        country = c.company.country
        for p in c.people:
            if p.role == "user" and (p.index > 3 or dice.u() > 0.3):
                continue
            made = max(p.joined, c.since) + dice.integer(0, 12) * DAY + dice.integer(5, 300) * MINUTE
            made = office_time(dice, made // DAY, HOME_ZONE)
            if made < max(p.joined, c.since):
                made = max(p.joined, c.since) + 10 * MINUTE
            if made >= months.end or (p.left is not None and p.left < made):
                continue
            p.contact, p.contact_made = self.ids.salesforce("contact"), made
            changes: list[Change] = []
            if p.left is not None:
                gone = office_time(dice, p.left // DAY + dice.integer(2, 20), HOME_ZONE)
                changes.append(changed("salesforce.contact", gone, email_bounced_date=gone, system_modstamp=gone))
            if dice.u() < 0.05:
                out = office_time(dice, made // DAY + dice.integer(10, 500), HOME_ZONE)
                changes.append(
                    changed(
                        "salesforce.contact",
                        out,
                        has_opted_out_of_email=True,
                        last_modified_date=out,
                        system_modstamp=out,
                    )
                )
            x = dice.u()
            phone: str | None = (
                names.show_phone(c.company.phone_digits, country, dice.integer(0, 5)) if x < 0.5 else None
            )
            if dice.u() < mess.placeholder_phone:
                phone = dice.pick(names.PLACEHOLDER_PHONES)
                rec.count("placeholder_phone")
            mobile = names.show_phone(p.phone, country, dice.integer(0, 5)) if p.phone and dice.u() < 0.4 else None
            email: str | None = p.email
            if dice.u() < 0.04 * (1 if mess.missing_phone else 0):
                email = None
            elif dice.u() < 0.06 * (1 if mess.odd_spelling else 0):
                email = p.email.upper() if dice.u() < 0.5 else f" {p.email} "
            account = dice.pick(self.accounts[c.i]) if dice.u() < 0.3 else self.accounts[c.i][0]
            if account.deleted or account.created > made:
                account = self.accounts[c.i][0]
            values = {
                "account_id": account.id,
                "is_deleted": False,
                "first_name": p.first,
                "last_name": p.last,
                "name": p.name,
                "email": email,
                "phone": phone,
                "mobile_phone": mobile,
                "title": p.title,
                "department": p.department,
                "owner_id": c.owner,
                "has_opted_out_of_email": False,
                "contact_role_c": p.role,
            }
            dates = {"created_date": made, "last_modified_date": made, "system_modstamp": made}
            rec.add("salesforce.contact", made, changes, id=p.contact, **dates, **values)
            rec.add_person(made, "salesforce", "contact", p.contact, c.company.true_id, p.true_id)
            if dice.u() < mess.deleted_people:
                ident = self.ids.salesforce("contact")
                t = office_time(dice, made // DAY + dice.integer(5, 200), HOME_ZONE)
                gone = t + dice.integer(3, 60) * DAY
                merged = dice.u() < 0.6
                survivor = p.contact if merged else None
                away = changed(
                    "salesforce.contact", gone, is_deleted=True, master_record_id=survivor, system_modstamp=gone
                )
                dates = {"created_date": t, "last_modified_date": t, "system_modstamp": t}
                rec.add("salesforce.contact", t, [away], id=ident, **dates, **values)
                rec.count("deleted_people")
                rec.add_person(t, "salesforce", "contact", ident, c.company.true_id, p.true_id)
