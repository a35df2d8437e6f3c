"""The CRM: our people, accounts with their duplicates, contacts, deals, activities and mail."""

from __future__ import annotations

from dataclasses import dataclass

from customer360.simulate import names, texts
from customer360.simulate.clock import DAY, HOUR, MINUTE, Months, add_working_seconds
from customer360.simulate.company import Customer, office_time, own_company, work_day
from customer360.simulate.dice import Dice, logistic
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import Latents
from customer360.simulate.mess import Mess
from customer360.simulate.names import Company, Person
from customer360.simulate.recorder import Change, Recorder, changed

HOME_ZONE = "Europe/Berlin"
#: Stage, probability in percent, forecast category.
_STAGES = {
    "Prospecting": (10.0, "Pipeline"),
    "Qualification": (20.0, "Pipeline"),
    "Proposal": (50.0, "BestCase"),
    "Negotiation": (75.0, "Forecast"),
    "Renewal Pending": (60.0, "Forecast"),
    "Closed Won": (100.0, "Closed"),
    "Closed Lost": (0.0, "Omitted"),
}


def _stage(name: str) -> dict[str, object]:
    """The columns that follow a deal's stage."""
    probability, category = _STAGES[name]
    return {"stage_name": name, "probability": probability, "forecast_category": category}


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

    # ---------------------------------------------------------------- deals

    def write_deals(self, c: Customer) -> None:
        """New business, renewals and expansions, won, lost and open."""
        dice = self.dice
        if not c.crm_id:
            return
        currency = c.company.country.currency.upper()
        worth = (700.0, 2400.0, 7000.0, 26000.0)[c.tier] * (150 if currency == "JPY" else 1)
        if not c.existing:
            made = c.since + dice.integer(1, 4) * DAY
            amount = round(worth * dice.lognormal(1.0, 0.3), -1)
            if c.contract_value:
                amount = round(c.contract_value / (1 if currency == "JPY" else 100), 2)
            if c.kind == "customer" and c.paid:
                self._deal(c, "New Business", made, c.paid[0][0], amount, currency, True)
            elif c.kind == "trial":
                self._deal(c, "New Business", made, c.start + dice.integer(10, 30) * DAY, amount, currency, False)
            else:
                self._deal(c, "New Business", made, made + dice.integer(30, 210) * DAY, amount, currency, False)
        for kind, t, amount, unit in sorted(c.happenings, key=lambda h: h[1]):
            major = amount if unit == "jpy" else amount / 100
            if kind in ("renewal", "lost renewal") and c.tier >= 1:
                close = t - dice.integer(0, 12) * DAY if kind == "renewal" else t - dice.integer(0, 5) * DAY
                self._deal(c, "Renewal", t - 90 * DAY, close, round(major, 2), currency, kind == "renewal")
            elif kind == "expansion" and dice.u() < 0.55:
                self._deal(c, "Expansion", t - dice.integer(8, 40) * DAY, t, round(major, 2), currency, True)
        for m in range(c.start_month + 2, self.months.count):
            if dice.u() < 0.008:  # an expansion that was talked about and did not come
                t = office_time(dice, work_day(dice, self.months.start[m] // DAY, 28), HOME_ZONE)
                if c.alive(t):
                    close = t + dice.integer(20, 120) * DAY
                    self._deal(c, "Expansion", t, close, round(worth * 0.3, -1), currency, False)

    def _deal(self, c: Customer, kind: str, made: int, closed: int, amount: float, currency: str, won: bool) -> None:
        dice, months = self.dice, self.months
        made = office_time(dice, made // DAY, HOME_ZONE)
        made = max(made, c.since + HOUR)
        closed = max(closed, made + 3 * HOUR)
        if made >= months.end:
            return
        ident = self.ids.salesforce("opportunity")
        path = ["Renewal Pending"] if kind == "Renewal" else ["Prospecting", "Qualification", "Proposal", "Negotiation"]
        if kind == "Expansion":
            path = path[1:]
        if not won and kind == "New Business":
            path = path[: dice.integer(1, 4)]
        stage = path[0]
        expected = (
            made // DAY * DAY + dice.integer(25, 100) * DAY if kind != "Renewal" else made // DAY * DAY + 90 * DAY
        )
        first_amount = round(amount * (0.8 + 0.5 * dice.u()), 2) if kind != "Renewal" else amount
        name = f"{c.company.core} - {kind}" + (
            f" {1970 + closed // (365 * DAY + DAY // 4)}" if kind == "Renewal" else ""
        )
        source = dice.pick(("Web", "Referral", "Event", "Outbound", "Partner")) if kind == "New Business" else None
        changes: list[Change] = []

        def change(when: int, **values: object) -> None:
            dates = {"last_modified_date": when, "system_modstamp": when}
            changes.append(changed("salesforce.opportunity", when, **values, **dates))

        for k, step in enumerate(path[1:], 1):
            t = made + (closed - made) * k // len(path)
            t = min(max(office_time(dice, t // DAY, HOME_ZONE), made + k), closed - 60)
            change(t, **_stage(step))
        if len(path) > 2:
            change(made + (closed - made) * 2 // 3, amount=amount)
        end = _stage("Closed Won" if won else "Closed Lost")
        change(closed, **end, is_closed=True, is_won=won, amount=amount, close_date=closed // DAY * DAY)
        self.rec.add(
            "salesforce.opportunity",
            made,
            changes,
            id=ident,
            account_id=self.accounts[c.i][0].id,
            name=name,
            amount=first_amount,
            currency_iso_code=currency,
            type=kind,
            **_stage(stage),
            is_closed=False,
            is_won=False,
            is_deleted=False,
            close_date=expected,
            created_date=made,
            last_modified_date=made,
            system_modstamp=made,
            owner_id=c.owner,
            lead_source=source,
        )

    # ---------------------------------------------------------------- activities and mail

    def write_activities(self, c: Customer) -> None:
        """Calls, meetings and mail while the customer is here (and a few while sales is at it)."""
        if not c.crm_id:
            return
        dice, months, latents = self.dice, self.months, self.latents
        owner = next((e for e in (*self.managers, *self.sellers) if e.id == c.owner), self.managers[0])
        if not c.existing:
            for _ in range(dice.poisson(1.3)):
                t = office_time(dice, work_day(dice, c.since // DAY + 1, 40), HOME_ZONE)
                if c.since < t < months.end:
                    self._task(c, owner, t, dice.pick(("Intro call", "Discovery call", "Send offer", "Demo follow-up")))
        touch = (0.05, 0.09, 0.17, 0.33)[c.tier]
        for a, b in c.lives:
            begin, end = max(a, months.begin), min(b, months.end)
            if end <= begin:
                continue
            if not (c.existing and a <= months.begin + 5 * DAY) and a == c.lives[0][0]:
                t = office_time(dice, work_day(dice, a // DAY + 1, 9), HOME_ZONE)
                if t < end:
                    self._event(c, owner, t, "Kick-off", "Meeting", 45)
                if c.tier >= 1 or dice.u() < 0.3:
                    t = office_time(dice, work_day(dice, a // DAY + 8, 25), HOME_ZONE)
                    if t < end:
                        self._event(c, owner, t, "Training: first steps", "Training", 90)
            for m in range(max(months.index(begin), 0), min(months.index(end - 1), months.count - 1) + 1):
                lo, hi = max(begin, months.start[m]), min(end, months.start[m + 1])
                if hi - lo < 3 * DAY:
                    continue
                days = (hi - lo) // DAY
                engagement = latents.state("engagement", c.i, m)

                def some_time(lo: int = lo, days: int = days) -> int:
                    return office_time(dice, work_day(dice, lo // DAY, days), HOME_ZONE)

                for _ in range(dice.poisson(touch * 1.1)):
                    self._task(c, owner, some_time(), dice.pick(texts.CALLS))
                if c.tier >= 2 and (m + c.i) % 3 == 0 and dice.u() < 0.35 + 0.4 * logistic(engagement):
                    self._event(c, owner, some_time(), "Quarterly business review", "QBR", 60)
                elif dice.u() < touch * 0.5:
                    kind, subject, length = dice.pick(texts.MEETINGS)
                    self._event(c, owner, some_time(), subject, kind, length)
                for _ in range(dice.poisson(touch * 1.05)):
                    self._thread(c, owner, some_time(), m)

    def _who(self, c: Customer, t: int) -> Person | None:
        there = [p for p in c.people_at(t) if p.contact and p.contact_made <= t]
        if not there:
            return None
        champions = [p for p in there if p.role == "champion"]
        return champions[0] if champions and self.dice.u() < 0.65 else self.dice.pick(there)

    def _task(self, c: Customer, owner: Employee, t: int, subject: str) -> None:
        dice = self.dice
        t = min(t, self.months.end - HOUR)
        call = "call" in subject.lower()
        who = self._who(c, t)
        due = work_day(dice, t // DAY, 7) * DAY
        open_task = dice.u() < 0.12
        done = office_time(dice, work_day(dice, due // DAY, 4), HOME_ZONE)
        done = max(done, t + 5 * MINUTE)
        talked = call and dice.u() < 0.7
        changes: list[Change] = []
        if not open_task:
            spoken = int(dice.lognormal(420, 0.8)) if talked else None
            outcome = ("Connected" if talked else "No answer") if call else None
            changes.append(
                changed(
                    "salesforce.task",
                    done,
                    status="Completed",
                    is_closed=True,
                    completed_date_time=done,
                    call_duration_in_seconds=spoken,
                    call_disposition=outcome,
                    system_modstamp=done,
                )
            )
        self.rec.add(
            "salesforce.task",
            t,
            changes,
            id=self.ids.salesforce("task"),
            account_id=self.accounts[c.i][0].id,
            who_id=who.contact if who else None,
            owner_id=c.owner or owner.id,
            subject=subject,
            type="Call" if call else "Other",
            task_subtype="Call" if call else "Task",
            status="Not Started",
            priority="Normal",
            is_closed=False,
            is_deleted=False,
            activity_date=due,
            created_date=t,
            system_modstamp=t,
        )
        c.activity.append(done if changes else t)

    def _event(self, c: Customer, owner: Employee, t: int, subject: str, kind: str, minutes: int) -> None:
        dice = self.dice
        start = t // (15 * MINUTE) * 15 * MINUTE
        made = max(start - dice.integer(2, 15) * DAY, c.since + MINUTE)
        who = self._who(c, made)
        deleted = dice.u() < 0.03
        changes: list[Change] = []
        if deleted:
            gone = max(made + HOUR, start - DAY)
            changes.append(changed("salesforce.event", gone, is_deleted=True, system_modstamp=gone))
        self.rec.add(
            "salesforce.event",
            made,
            changes,
            id=self.ids.salesforce("event"),
            account_id=self.accounts[c.i][0].id,
            who_id=who.contact if who else None,
            owner_id=owner.id,
            subject=subject,
            type=kind,
            event_subtype="Event",
            start_date_time=start,
            end_date_time=start + minutes * MINUTE,
            duration_in_minutes=minutes,
            is_deleted=False,
            created_date=made,
            system_modstamp=made,
        )
        if not deleted:
            c.activity.append(start)

    def _thread(self, c: Customer, owner: Employee, t: int, month: int) -> None:
        """A conversation by mail. How fast, and whether, the customer answers follows its state."""
        dice, months = self.dice, self.months
        who = self._who(c, t)
        if who is None:
            return
        keen = 0.8 * float(self.latents.responsive[c.i]) + 0.7 * self.latents.state("engagement", c.i, month)
        zone = c.company.country.zone
        incoming = dice.u() < 0.4
        subject = dice.pick(texts.MAIL_SUBJECTS)
        if dice.u() < self.mess.odd_text / 2:
            subject += dice.pick(texts.ODD_SUBJECTS)
            self.rec.count("odd_text")
        thread = self.ids.row("thread")
        answers_to: str | None = None
        for n in range(1 + dice.integer(1, 4)):
            if t >= months.end:
                break
            ident = self.ids.salesforce("email_message")
            sender, receiver = (who.email, owner.email) if incoming else (owner.email, who.email)
            late = dice.integer(2, 8) if dice.u() < self.mess.late else 0
            self.rec.add(
                "salesforce.email_message",
                t + 40,
                late=late,
                id=ident,
                related_to_id=self.accounts[c.i][0].id,
                created_date=t + 40,
                message_date=t,
                incoming=incoming,
                from_address=sender,
                to_address=receiver,
                subject=subject if n == 0 else f"Re: {subject}",
                status="0" if incoming else "3",
                has_attachment=dice.u() < 0.12,
                reply_to_email_message_id=answers_to,
                thread_identifier=thread,
                is_deleted=False,
            )
            c.activity.append(t)
            answers_to = ident
            if incoming:  # our turn
                if dice.u() < 0.07:
                    break
                t = add_working_seconds(t, int(dice.lognormal(2.6 * HOUR, 0.9)), HOME_ZONE)
            else:
                if dice.u() > logistic(0.9 + 0.8 * keen):
                    break
                t = add_working_seconds(t, int(dice.lognormal(6.5 * HOUR, 1.0) * 1.6 ** -min(max(keen, -2), 2)), zone)
            incoming = not incoming
