"""Two small feeds: training sessions with who registered and came, and the status page with its incidents.

Sessions, components and incidents belong to the vendor; every block makes the same ones anew, to refer to them.
"""

from __future__ import annotations

from dataclasses import dataclass

from customer360.simulate.clock import DAY, HOUR, MINUTE, Months
from customer360.simulate.company import Customer
from customer360.simulate.dice import Dice, logistic, running_sums
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import Latents
from customer360.simulate.recorder import Recorder, changed

#: Title, kind, minutes, day of the month (moved to a weekday), hour (UTC).
SESSIONS = (
    ("Getting started", "onboarding", 45, 6, 9),
    ("Office hours: reports and automation", "webinar", 60, 20, 14),
)
COMPONENTS = ("Web app", "API", "Integrations", "Reporting")
IMPACTS = ("none", "minor", "major", "critical")
_IMPACT_SUMS = running_sums([0.15, 0.45, 0.30, 0.10])
#: Days before a session on which it is announced.
_ANNOUNCED = 21


@dataclass(frozen=True)
class Session:
    """A training session."""

    id: str
    title: str
    kind: str
    starts: int
    minutes: int

    @property
    def announced(self) -> int:
        """When people can register."""
        return self.starts - _ANNOUNCED * DAY


@dataclass(frozen=True)
class Incident:
    """An incident; `single`: it touched single customers, who are listed."""

    id: str
    component: int
    starts: int
    ends: int
    impact: str
    single: bool


def make_sessions(months: Months, ids: IdMaker) -> list[Session]:
    """Every session of the window, and those of the month after it, which are announced in it."""
    out = []
    for month in range(months.count + 1):
        for title, kind, minutes, day, hour in SESSIONS:
            n = months.of(month) // DAY + day
            n += max(0, 7 - (n + 3) % 7) if (n + 3) % 7 >= 5 else 0
            out.append(Session(ids.number("session"), title, kind, n * DAY + hour * HOUR, minutes))
    return out


def make_incidents(months: Months, ids: IdMaker, dice: Dice) -> list[Incident]:
    """One or two a month; now and then a second one of the same component before the first is over."""
    out = []
    for month in range(months.count):
        for _ in range(dice.poisson(1.7)):
            starts = months.of(month) + int(dice.u() * (months.of(month + 1) - months.of(month)) / MINUTE) * MINUTE
            component = dice.integer(0, len(COMPONENTS) - 1)
            minutes = 4 + int(min(dice.lognormal(55, 1.0), 2500))
            again = dice.u() < 0.2
            parts = [(starts, minutes)]
            if again:
                parts.append((starts + int(dice.u() * minutes) * MINUTE, minutes + dice.integer(-3, 40)))
            for begin, length in parts:
                impact = dice.weighted(IMPACTS, _IMPACT_SUMS)
                single = impact in ("minor", "major") and dice.u() < 0.3
                out.append(Incident(ids.number("incident"), component, begin, begin + length * MINUTE, impact, single))
    return [each for each in out if each.starts < months.end]


def record_feeds(months: Months, ids: IdMaker, dice: Dice, rec: Recorder) -> None:
    """Sessions, components and incidents."""
    for s in make_sessions(months, ids):
        made = s.announced
        rec.add(
            "training.session",
            made,
            id=s.id,
            title=s.title,
            starts_at=s.starts,
            duration_minutes=s.minutes,
            kind=s.kind,
            created_at=made,
        )
    components = [ids.number("component") for _ in COMPONENTS]
    for ident, name in zip(components, COMPONENTS, strict=True):
        rec.add("status.component", months.begin, id=ident, name=name, created_at=months.begin)
    for n in make_incidents(months, ids, dice):
        rec.add(
            "status.incident",
            n.starts,
            [changed("status.incident", n.ends, resolved_at=n.ends)],
            id=n.id,
            component_id=components[n.component],
            started_at=n.starts,
            impact=n.impact,
            title=f"{COMPONENTS[n.component]}: {'degraded' if n.impact in ('none', 'minor') else 'not available'}",
        )


class Feeds:
    """Writes the rows of a block's customers."""

    def __init__(
        self,
        months: Months,
        latents: Latents,
        sessions: list[Session],
        incidents: list[Incident],
        dice: Dice,
        ids: IdMaker,
        rec: Recorder,
    ) -> None:
        self.months, self.latents = months, latents
        self.sessions, self.incidents = sessions, incidents
        self.dice, self.ids, self.rec = dice, ids, rec

    def run(self, customers: list[Customer]) -> None:
        """Registrations, and which incidents touched these customers alone."""
        for c in customers:
            for s in self.sessions:
                if c.alive(s.announced) and s.announced >= self.months.begin:
                    self._register(c, s)
            for n in self.incidents:
                if n.single and c.alive(n.starts) and self.dice.u() < 0.04:
                    account = c.crm_id or (self.ids.product_account(c.company.index) if c.has_usage else None)
                    if account:
                        self.rec.add("status.incident_customer", n.starts, incident_id=n.id, account_id=account)

    def _register(self, c: Customer, s: Session) -> None:
        """Perhaps somebody registers, more likely in the first months; then comes and stays, or not."""
        dice = self.dice
        new = s.announced - c.lives[0][0] < 90 * DAY and not c.existing
        if dice.u() > (0.22 if new and s.kind == "onboarding" else 0.05 if s.kind == "webinar" else 0.015):
            return
        mood = self.latents.state("engagement", c.i, min(self.months.index(s.announced), self.months.count - 1))
        there = c.people_at(s.announced)
        for p in there[: 1 + (dice.u() < 0.3)]:
            t = s.announced + HOUR + int(dice.u() * (_ANNOUNCED - 1) * DAY)
            came = dice.u() < logistic(0.3 + 0.5 * mood)
            share = min(1.0, round(0.25 + 1.1 * dice.u(), 2)) if came else None
            passed = came and dice.u() < 0.1
            if t >= self.months.end:
                continue
            over = s.starts + s.minutes * MINUTE
            self.rec.add(
                "training.registration",
                t,
                [changed("training.registration", over, attended=came, watched_share=share, completed=passed)],
                id=self.ids.number("registration"),
                session_id=s.id,
                email=p.email.upper() if dice.u() < 0.03 else p.email,
                registered_at=t,
            )
