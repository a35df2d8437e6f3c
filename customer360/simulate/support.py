"""The help desk: organisations, users, tickets with their whole life, ratings, business hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from customer360.simulate import names, texts
from customer360.simulate.clock import DAY, HOUR, MINUTE, Months, add_working_seconds, epoch, working_time
from customer360.simulate.company import Customer, office_time, own_company, work_day
from customer360.simulate.crm import Crm
from customer360.simulate.dice import Dice, logistic
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import Latents
from customer360.simulate.mess import Mess
from customer360.simulate.names import Person
from customer360.simulate.recorder import Change, Recorder, changed

SCHEDULES = (("Support Americas", "Eastern Time (US & Canada)"), ("Support Europe", "Berlin"))
_ZONES = ("America/New_York", "Europe/Berlin")
#: Name, first day, last day, schedules that keep it.
_HOLIDAYS = (
    ("New Year", (1, 1), (1, 1), (0, 1)),
    ("Labour Day", (5, 1), (5, 1), (1,)),
    ("Independence Day", (7, 4), (7, 4), (0,)),
    ("German Unity Day", (10, 3), (10, 3), (1,)),
    ("Christmas", (12, 24), (12, 26), (0, 1)),
)


@dataclass
class Desk:
    """The vendor's own side of the help desk: the same for all blocks."""

    agents: list[str]  # by turns of the two teams
    bot: str
    groups: tuple[str, str]
    schedules: tuple[str, str]
    left: dict[str, int]  # agents who left, and when

    def on_duty(self, turn: int, t: int) -> str:
        """Who takes a ticket: whose turn it is, or the next of the team who does not leave soon."""
        while self.left.get(self.agents[turn % 8], t + 46 * DAY) < t + 45 * DAY:
            turn += 2
        return self.agents[turn % 8]


def make_desk(months: Months, ids: IdMaker, dice: Dice, mess: Mess) -> Desk:
    """What every block knows. Of each team one stays."""
    agents = [ids.number("user") for _ in range(8)]
    leavers = sorted(agents[2:], key=lambda _: dice.u())[: round(8 * mess.agent_left)]
    return Desk(
        agents,
        ids.number("user"),
        (ids.number("group"), ids.number("group")),
        (ids.number("schedule"), ids.number("schedule")),
        {ident: months.begin + int((0.35 + 0.4 * dice.u()) * (months.end - months.begin)) for ident in leavers},
    )


def record_desk(seed: int, months: Months, desk: Desk, ids: IdMaker, dice: Dice, rec: Recorder) -> None:
    """Agents, the bot, schedules and holidays."""
    domain = own_company(seed)[1]
    made = months.begin - 200 * DAY
    common = {"active": True, "suspended": False, "created_at": made, "updated_at": made}
    for k, ident in enumerate(desk.agents):
        changes: list[Change] = []
        if ident in desk.left:
            # the help desk downgrades who leaves, and then locks out or deletes
            gone = ({"active": False}, {"suspended": True})[list(desk.left).index(ident) % 2]
            when = desk.left[ident]
            changes.append(changed("zendesk.user", when, role="end-user", updated_at=when, **gone))
        rec.add("truth.staff", made, user_id=ident)
        first, last = dice.pick(names.FIRST_NAMES["en"]), dice.pick(names.LAST_NAMES["en"]).replace(".", " ")
        zone = SCHEDULES[k % 2][1]
        rec.add(
            "zendesk.user",
            made,
            changes,
            id=ident,
            name=f"{first} {last}",
            email=f"help.{names.bare(first)}{k}@{domain}",
            role="admin" if k == 0 else "agent",
            time_zone=zone,
            **common,
        )
    rec.add(
        "zendesk.user",
        made,
        id=desk.bot,
        name="Support Bot",
        email=f"bot@{domain}",
        role="agent",
        time_zone="Berlin",
        **common,
    )
    first_year = 1970 + int(months.begin // (365.25 * DAY)) - 1
    for n, (name, zone) in enumerate(SCHEDULES):
        ident = desk.schedules[n]
        for weekday in range(1, 6):
            start = weekday * 1440 + 9 * 60
            rec.add(
                "zendesk.schedule",
                made,
                id=ident,
                name=name,
                time_zone=zone,
                start_time=start,
                end_time=start + 8 * 60,
                created_at=made,
                _fivetran_deleted=False,
            )
        for year in range(first_year, first_year + 5):
            for title, first_day, last_day, where in _HOLIDAYS:
                if n in where:
                    rec.add(
                        "zendesk.schedule_holiday",
                        made,
                        id=ids.number("holiday"),
                        schedule_id=ident,
                        name=title,
                        start_date=epoch(dt.date(year, *first_day)),
                        end_date=epoch(dt.date(year, *last_day)),
                        _fivetran_deleted=False,
                    )


@dataclass
class Ticket:
    """A ticket being written, and what happened to it so far."""

    id: str
    created: int
    requester: str
    agent: str
    by_agent: bool  # an agent wrote it down, after a call
    side: int  # which of the two support teams
    theme: str
    friction: float
    changes: list[Change] = field(default_factory=list)
    last: int = 0
    status: str = ""
    merged: list[str] = field(default_factory=list)


class Support:
    """Writes the help-desk rows of a block."""

    def __init__(
        self,
        seed: int,
        months: Months,
        latents: Latents,
        desk: Desk,
        crm: Crm,
        dice: Dice,
        rare: Dice,
        mess: Mess,
        ids: IdMaker,
        rec: Recorder,
    ) -> None:
        self.seed, self.months, self.latents, self.desk, self.crm = seed, months, latents, desk, crm
        self.rare = rare  # the dice of what was added later, so that the rest stays as it is
        self.dice, self.mess, self.ids, self.rec = dice, mess, ids, rec
        self.solved: list[tuple[Customer, Person, int, float]] = []  # for the surveys after support
        self._field_at: set[tuple[str, str, int]] = set()
        if rec.block == 0:
            rec.count("agent_left", len(desk.left))

    def run(self, c: Customer) -> None:
        """A customer's organisation, people and tickets."""
        if not c.has_desk or c.kind == "prospect":
            return
        first = c.lives[0][0] if c.lives else c.start
        self._organization(c, first)
        self._tickets(c)

    # ---------------------------------------------------------------- organisations and users

    def _organization(self, c: Customer, first: int) -> None:
        dice, mess, rec = self.dice, self.mess, self.rec
        company = c.company
        self.orgs: list[str] = []
        self.copy_made = 0
        copies = 2 if dice.u() < mess.zendesk_duplicate and not c.strong_ids else 1
        for copy in range(copies):
            ident = self.ids.number("org")
            made = first + dice.integer(1, 50) * MINUTE + copy * dice.integer(20, 300) * DAY
            if made >= self.months.end:
                break
            self.orgs.append(ident)
            name = names.spell(company, dice) if dice.u() < max(mess.odd_spelling, 0.0) else company.core
            external = None
            if c.crm_id and (c.strong_ids or dice.u() >= mess.missing_external_id):
                external = self.crm.reference(c, made)
            else:
                rec.count("missing_external_id")
            domains = [company.domain, *company.other_domains]
            bare = dice.u() < mess.no_domain_name and external is not None
            changes: list[Change] = []
            if copy:
                self.copy_made = made
                domains = domains[-1:]
                gone = made + dice.integer(30, 200) * DAY
                if dice.u() < 0.4 and gone < self.months.end:
                    changes.append(changed("zendesk.organization", gone, _fivetran_deleted=True, updated_at=gone))
                    rec.count("zendesk_deleted")
                rec.count("zendesk_duplicate")
            rec.count("no_domain_name", bare)
            if not bare:
                for n, domain in enumerate(domains):
                    shown = domain.upper() if dice.u() < 0.04 * (1 if mess.odd_spelling else 0) else domain
                    rec.add("zendesk.domain_name", made, organization_id=ident, index=n, domain_name=shown)
            rec.add(
                "zendesk.organization",
                made,
                changes,
                id=ident,
                name=name,
                external_id=external,
                created_at=made,
                updated_at=made,
                _fivetran_deleted=False,
            )
            rec.add_source(made, "zendesk", "organization", ident, company.true_id)

    def _user(self, c: Customer, p: Person, t: int) -> str:
        if p.zendesk_user:
            return p.zendesk_user
        dice = self.dice
        p.zendesk_user = self.ids.number("user")
        country = c.company.country
        phone = names.show_phone(p.phone, country, dice.integer(0, 5)) if p.phone and dice.u() < 0.2 else None
        email = p.other_email if dice.u() < self.mess.free_mail / 2 else p.email
        changes: list[Change] = []
        seen = t
        for _ in range(3):
            seen += int(dice.exponential(60 * DAY)) + DAY
            seen = office_time(dice, seen // DAY, country.zone)
            if seen < self.months.end and c.alive(seen) and (p.left is None or seen < p.left):
                changes.append(changed("zendesk.user", seen, updated_at=seen, last_login_at=seen))
        org = self.orgs[0] if self.orgs and dice.u() < 0.97 else None
        made = t - 2 * MINUTE
        if self.rare.u() < self.mess.requester_deleted:
            self.rec.count("requester_deleted")
            return p.zendesk_user
        self.rec.add(
            "zendesk.user",
            made,
            changes,
            id=p.zendesk_user,
            organization_id=org,
            name=p.name,
            email=email,
            phone=phone,
            role="end-user",
            active=True,
            suspended=False,
            time_zone=country.rails_zone,
            created_at=made,
            updated_at=made,
        )
        self.rec.add_person(made, "zendesk", "user", p.zendesk_user, c.company.true_id, p.true_id)
        return p.zendesk_user

    # ---------------------------------------------------------------- tickets

    def _tickets(self, c: Customer) -> None:
        dice, months, latents = self.dice, self.months, self.latents
        previous: Ticket | None = None
        for a, b in c.lives:
            begin, end = max(a, months.begin), min(b, months.end)
            for m in range(max(months.index(begin), 0), min(months.index(end - 1), months.count - 1) + 1):
                lo, hi = max(begin, months.start[m]), min(end, months.start[m + 1])
                if hi - lo < 2 * DAY:
                    continue
                friction = latents.state("friction", c.i, m)
                age = (lo - a) / (30 * DAY)
                rate = (
                    0.082
                    * c.seats_at(lo) ** 0.35
                    * 2.718 ** (0.38 * friction)
                    * (1.7 if age < 2 and not c.existing else 1.0)
                )
                times = sorted(
                    office_time(dice, work_day(dice, lo // DAY, (hi - lo) // DAY), c.company.country.zone)
                    if dice.u() < 0.93
                    else lo + int(dice.u() * (hi - lo - DAY))
                    for _ in range(dice.poisson(rate))
                )
                for t in times:
                    if lo + HOUR < t < hi - 10 * MINUTE:
                        previous = self._ticket(c, t, m, age, previous)

    def _theme(self, c: Customer, t: int, m: int, age: float) -> str:
        friction, engagement = self.latents.state("friction", c.i, m), self.latents.state("engagement", c.i, m)
        trouble = any(0 <= t - when < 30 * DAY for when in c.billing_trouble)
        young = 2.5 if age < 3 and not c.existing else 0.25
        weights = (
            0.5 + 2.5 * trouble + 0.25 * max(float(self.latents.price[c.i]), 0.0),
            0.6 * 2.718 ** (0.4 * friction),
            0.9 * 2.718 ** (0.4 * friction),
            young,
            0.6,
            0.22 * 2.718 ** (0.5 * engagement - 0.3 * friction),
        )
        total = sum(weights)
        x, acc = self.dice.u() * total, 0.0
        for theme, w in zip(texts.THEMES, weights, strict=True):
            acc += w
            if x < acc:
                return theme
        return "bug"

    def _ticket(self, c: Customer, t: int, m: int, age: float, previous: Ticket | None) -> Ticket:
        dice, desk, ids, rec = self.dice, self.desk, self.ids, self.rec
        friction = self.latents.state("friction", c.i, m)
        theme = self._theme(c, t, m, age)
        language = texts.language_of(c.company.country.language, dice)
        subject, body = dice.pick(texts.TICKETS[theme].get(language) or texts.TICKETS[theme]["en"])
        if dice.u() < self.mess.odd_text:
            subject += dice.pick(texts.ODD_SUBJECTS)
            rec.count("odd_text")
        there = c.people_at(t) or c.people
        person = there[0] if dice.u() < 0.35 else dice.pick(there)
        requester = self._user(c, person, t)
        side = 0 if c.company.country.code == "US" else 1
        zone = _ZONES[side]
        agent = desk.on_duty(dice.integer(0, 3) * 2 + side, t)
        by_agent = dice.u() < 0.07
        if by_agent:
            t = working_time(t, zone, dice.integer(0, 3 * HOUR))
        urgency = friction + dice.normal()
        priority = (
            None
            if theme == "praise" or dice.u() < 0.1
            else "urgent"
            if urgency > 2.3
            else "high"
            if urgency > 1.2
            else "normal"
            if urgency > -1.2
            else "low"
        )
        channel = "voice" if by_agent else dice.weighted(("email", "web", "chat", "api"), (0.5, 0.85, 0.97, 1.0))
        kind = {"bug": "incident", "performance": "incident", "billing": "question"}.get(theme, "question")
        ident = ids.number("ticket")
        org = (
            self.orgs[-1]
            if len(self.orgs) > 1 and t > self.copy_made and dice.u() < 0.3
            else self.orgs[0]
            if self.orgs and dice.u() < 0.96
            else None
        )
        first_status = "open" if by_agent else "new"
        ticket = Ticket(ident, t, requester, agent, by_agent, side, theme, friction, last=t)
        rec.add(
            "zendesk.ticket",
            t,
            ticket.changes,
            id=ident,
            requester_id=requester,
            submitter_id=agent if by_agent else requester,
            assignee_id=agent if by_agent else None,
            organization_id=org,
            group_id=desk.groups[side],
            subject=subject,
            description=body,
            status=first_status,
            priority=priority,
            type=kind,
            via_channel=channel,
            created_at=t,
            updated_at=t,
        )
        self._schedule(ticket)
        self._history(ticket, "status", t, first_status, agent if by_agent else requester, set_value=False)
        self._history(ticket, "group_id", t, desk.groups[side], None, set_value=False)
        if priority:
            self._history(ticket, "priority", t, priority, requester, set_value=False)
        if by_agent:
            self._history(ticket, "assignee_id", t, agent, agent, set_value=False)
        self._comment(ticket, t, agent if by_agent else requester, True, body)
        if channel in ("email", "web") and dice.u() < 0.45:
            self._comment(ticket, t + 20, desk.bot, True, texts.BOT)
        merged = self._life(c, person, ticket, previous)
        return previous if merged and previous is not None else ticket

    def _life(self, c: Customer, person: Person, ticket: Ticket, previous: Ticket | None) -> bool:
        """What happens after a ticket was opened. Returns whether it was merged into the previous one."""
        dice, t, agent, requester = self.dice, ticket.created, ticket.agent, ticket.requester
        zone, by_agent, friction = _ZONES[ticket.side], ticket.by_agent, ticket.friction
        if previous is not None and 0 < t - previous.created < 12 * DAY and dice.u() < 0.5:
            # the same matter twice: this one is merged into the earlier one
            when = add_working_seconds(t, int(dice.lognormal(1.5 * HOUR, 0.7)), zone)
            self._history(ticket, "assignee_id", when, agent, agent)
            self._comment(ticket, when, agent, False, texts.MERGED.format(previous.id))
            self._history(ticket, "status", when, "closed", agent)
            previous.merged.append(ticket.id)
            merged = f"[{', '.join(previous.merged)}]"
            previous.changes.append(changed("zendesk.ticket", when, merged_ticket_ids=merged, updated_at=when))
            if when < self.months.end:
                self.rec.count("merged_ticket")
            return True
        if ticket.theme != "praise" and dice.u() < 0.045:
            return False  # nobody ever answers
        slow = 2.718 ** (0.30 * max(friction, -1.0))
        reply = add_working_seconds(t, int(dice.lognormal(1.8 * HOUR, 1.0) * slow), zone)
        if dice.u() < 0.08:
            reply = t + int(dice.lognormal(3 * HOUR, 0.8))  # somebody works at night
        reply = max(reply, t + 3 * MINUTE)
        if not by_agent:
            self._history(ticket, "assignee_id", reply - 90, agent, agent)
        if dice.u() < 0.06:
            self._history(ticket, "group_id", reply - 60, self.desk.groups[1 - ticket.side], agent)
        if dice.u() < 0.05:
            self._history(ticket, "priority", reply - 30, "high", agent)
        self._comment(ticket, reply, agent, True, dice.pick(texts.REPLIES))
        if dice.u() < 0.13:
            self._comment(ticket, reply + 4 * MINUTE, agent, False, dice.pick(texts.NOTES))
        now = reply
        if not by_agent or dice.u() < 0.6:
            rounds = 0 if dice.u() < 0.48 else dice.integer(1, 2 + (friction > 1))
        else:
            rounds = 0
        if rounds == 0 and dice.u() < 0.6:
            status = "solved"
        else:
            status = "pending"
            self._history(ticket, "status", now, "open" if dice.u() < 0.3 else "pending", agent)
        for _ in range(rounds):
            answer = add_working_seconds(now, int(dice.lognormal(5 * HOUR, 1.1)), c.company.country.zone)
            self._comment(ticket, answer, requester, True, dice.pick(texts.ANSWERS))
            self._history(ticket, "status", answer, "open", requester)
            now = add_working_seconds(answer, int(dice.lognormal(2.6 * HOUR, 1.0) * slow), zone)
            self._comment(ticket, now, agent, True, dice.pick(texts.REPLIES))
            if dice.u() < 0.08:
                self._history(ticket, "status", now, "hold", agent)
                now = add_working_seconds(now, dice.integer(8, 40) * HOUR, zone)
            else:
                self._history(ticket, "status", now, "pending", agent)
        if status == "pending":
            now = add_working_seconds(now, int(dice.lognormal(7 * HOUR, 0.9) * slow), zone)
        if dice.u() < 0.02:
            return False  # forgotten
        alone = (ticket.id, "status", now) not in self._field_at
        if ticket.status == "pending" and alone and self.rare.u() < self.mess.same_second and now < self.months.end:
            self._history(ticket, "status", now, "open", agent)
            self._field_at.discard((ticket.id, "status", now))
            self.rec.count("same_second")
        self._history(ticket, "status", now, "solved", agent)
        reopened = dice.u() < 0.06 * slow
        if reopened:
            again = add_working_seconds(now, int(dice.lognormal(9 * HOUR, 0.8)), c.company.country.zone)
            self._comment(ticket, again, requester, True, dice.pick(texts.ANSWERS[2:6]))
            self._history(ticket, "status", again, "open", requester)
            now = add_working_seconds(again, int(dice.lognormal(5 * HOUR, 0.9) * slow), zone)
            self._comment(ticket, now, agent, True, dice.pick(texts.REPLIES))
            self._history(ticket, "status", now, "solved", agent)
        self._history(ticket, "status", now + 4 * DAY, "closed", None)
        quality = 1.0 - 0.55 * friction - 0.9 * reopened - (now - t) / (20 * DAY) + 0.4 * self.latents.fit[c.i]
        self.solved.append((c, person, now, float(quality)))
        self._rating(c, ticket, now, float(quality))
        return False

    def _rating(self, c: Customer, ticket: Ticket, t: int, quality: float) -> None:
        dice, rec = self.dice, self.rec
        if dice.u() > 0.52:
            return
        offered = t + 24 * HOUR
        if offered >= self.months.end:
            return
        changes: list[Change] = []
        if dice.u() < 0.42:
            good = dice.u() < logistic(1.3 + 1.1 * quality)
            said = dice.u() < (0.25 if good else 0.55)
            score = ("good" if good else "bad") + ("_with_comment" if said else "")
            comment = (
                texts.verbatim(0.95 if good else 0.2, texts.language_of(c.company.country.language, dice), dice)
                if said
                else None
            )
            reason = (
                None
                if good or dice.u() < 0.5
                else dice.pick(("The issue took too long to resolve", "The issue was not resolved"))
            )
            when = offered + int(dice.lognormal(7 * HOUR, 1.0))
            changes.append(
                changed(
                    "zendesk.satisfaction_rating", when, score=score, comment=comment, reason=reason, updated_at=when
                )
            )
        rec.add(
            "zendesk.satisfaction_rating",
            offered,
            changes,
            id=self.ids.number("rating"),
            ticket_id=ticket.id,
            requester_id=ticket.requester,
            assignee_id=ticket.agent,
            group_id=self.desk.groups[ticket.side],
            score="offered",
            created_at=offered,
            updated_at=offered,
        )

    def _schedule(self, ticket: Ticket) -> None:
        """A trigger puts each ticket on its team's schedule; now and then one goes to the other team's."""
        moves = [(ticket.created + 2, ticket.side)]
        if self.rare.u() < self.mess.schedule_moved:
            moves.append((ticket.created + self.rare.integer(1, 72) * HOUR, 1 - ticket.side))
            self.rec.count("schedule_moved")
        for when, side in moves:
            if when < self.months.end:
                self.rec.add(
                    "zendesk.ticket_schedule",
                    when,
                    ticket_id=ticket.id,
                    created_at=when,
                    schedule_id=self.desk.schedules[side],
                )

    def _comment(self, ticket: Ticket, t: int, author: str, public: bool, body: str) -> None:
        if t >= self.months.end:
            return
        late = self.dice.integer(2, 8) if self.dice.u() < self.mess.late else 0
        ident = self.ids.number("comment")
        if public and author in self.desk.agents and t > ticket.created:
            self.rec.add("truth.replies", t, comment_id=ident, ticket_id=ticket.id, user_id=author, replied_at=t)
        self.rec.add(
            "zendesk.ticket_comment",
            t,
            late=late,
            id=ident,
            ticket_id=ticket.id,
            user_id=author,
            created=t,
            public=public,
            body=body,
        )
        if t > ticket.last:
            ticket.last = t
            ticket.changes.append(changed("zendesk.ticket", t, updated_at=t))

    def _history(self, ticket: Ticket, name: str, t: int, value: str, by: str | None, set_value: bool = True) -> None:
        if t >= self.months.end:
            return
        while (ticket.id, name, t) in self._field_at:
            t += 1
        self._field_at.add((ticket.id, name, t))
        if name == "status":
            ticket.status = value
        self.rec.add(
            "zendesk.ticket_field_history", t, ticket_id=ticket.id, field_name=name, updated=t, value=value, user_id=by
        )
        if set_value:
            ticket.changes.append(changed("zendesk.ticket", t, **{name: value}, updated_at=t))
