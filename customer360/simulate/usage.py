"""Product usage: accounts, visitors, events by the hour, features, guides. The big tables are made as arrays."""

from __future__ import annotations

from functools import partial

import numpy as np

from customer360.simulate import names
from customer360.simulate.clock import DAY, HOUR, MINUTE, Months, utc_offset
from customer360.simulate.company import TIERS, Customer, office_time
from customer360.simulate.crm import Crm
from customer360.simulate.dice import Dice
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import Latents
from customer360.simulate.mess import Mess
from customer360.simulate.names import Person
from customer360.simulate.recorder import Recorder

#: Name, whether core, popularity, from which tier on.
FEATURES = (
    ("Dashboard", True, 6.0, 0),
    ("Reports", True, 4.0, 0),
    ("Search", True, 3.5, 0),
    ("Tasks", True, 3.0, 0),
    ("Import", True, 1.2, 0),
    ("Export", True, 1.8, 0),
    ("Sharing", True, 1.6, 0),
    ("Automation", True, 1.3, 1),
    ("Comments", False, 1.5, 0),
    ("Templates", False, 0.9, 0),
    ("Calendar", False, 0.8, 0),
    ("API tokens", False, 0.35, 1),
    ("Audit log", False, 0.25, 2),
    ("Single sign-on", False, 0.25, 2),
    ("Themes", False, 0.4, 0),
)
#: Name, training, several steps, launch method, month of the window in which it was published (onboarding: before).
GUIDES = (
    ("Onboarding 1: Set up your workspace", True, True, "auto", -1),
    ("Onboarding 2: Invite your team", True, True, "auto", -1),
    ("Onboarding 3: Import your data", True, True, "auto", -1),
    ("Onboarding 4: Build your first report", True, True, "auto", -1),
    ("Training: Automation basics", True, True, "badge", 4),
    ("Training: Better reports", True, True, "badge", 10),
    ("News: Sharing", False, False, "auto", 8),
    ("News: New dashboard", False, False, "auto", 17),
)


def record_catalogue(months: Months, ids: IdMaker, rec: Recorder) -> None:
    """Features and guides, with a version or two each."""
    made = months.begin - 300 * DAY
    for n, (name, core, _, _) in enumerate(FEATURES):
        ident = ids.short("f_", n)
        # somebody decided later which features are core
        versions = [(made, False), (made + 200 * DAY, True)] if core else [(made, False)]
        values = {"id": ident, "name": name, "app_id": "web", "created_at": made}
        rec.add_versions(
            "pendo.feature_history",
            [
                (t, rec.row("pendo.feature_history", **values, last_updated_at=t, is_core_event=is_core))
                for t, is_core in versions
            ],
        )
    for n, (name, training, several, how, month) in enumerate(GUIDES):
        ident = ids.short("g_", n)
        born = made if month < 0 else months.of(month) - 12 * DAY + 9 * HOUR
        live = born + 10 * DAY
        states = [(born, "draft", None), (live, "public", live)]
        if not training:
            states.append((live + 90 * DAY, "disabled", live))
        values = {"id": ident, "name": name, "is_training": training, "is_multi_step": several, "launch_method": how}
        row = partial(rec.row, "pendo.guide_history", **values, created_at=born)
        rec.add_versions(
            "pendo.guide_history",
            [
                (t, row(last_updated_at=t, state=state, published_at=published))
                for t, state, published in states
                if t < months.end
            ],
        )


class Usage:
    """Writes the usage rows of a block."""

    def __init__(
        self,
        months: Months,
        latents: Latents,
        crm: Crm,
        rng: np.random.Generator,
        mess: Mess,
        scale: float,
        ids: IdMaker,
        rec: Recorder,
    ) -> None:
        self.months, self.latents, self.crm, self.rng = months, latents, crm, rng
        self.dice = Dice(rng.spawn(1)[0])
        self.mess, self.scale, self.ids, self.rec = mess, scale, ids, rec
        self.features = np.array([ids.short("f_", n) for n in range(len(FEATURES))], dtype="S6")
        self.guides = [ids.short("g_", n) for n in range(len(GUIDES))]

    def run(self, customers: list[Customer]) -> None:
        """Usage of those customers of a block whose product sends events."""
        users = [c for c in customers if c.has_usage and c.lives]
        self._visits(users)
        self._write_events(users)

    # ---------------------------------------------------------------- who came when

    def _visits(self, customers: list[Customer]) -> None:
        """Draw, for every person and month, on how many working days they came; then the days."""
        rng, months = self.rng, self.months
        who, day, offset, tier, energy = [], [], [], [], []
        self.visitors: list[tuple[Customer, Person]] = []
        for c in customers:
            zone = c.company.country.zone
            order = {"champion": 0, "user": 1, "admin": 2, "economic_buyer": 3}
            queue = sorted(c.people, key=lambda p: (order[p.role], p.index))
            for rank, p in enumerate(queue):
                number = len(self.visitors)
                self.visitors.append((c, p))
                habit = self.dice.lognormal(1.0, 0.5) * {"champion": 2.2, "admin": 0.9, "economic_buyer": 0.3}.get(
                    p.role, 1.7
                )
                if self.dice.u() < 0.66 and p.role != "champion":
                    habit *= 0.025  # has a seat and hardly uses it
                for a, b in c.lives:
                    lo = max(a, months.begin, p.joined)
                    hi = min(b, months.end, p.left or months.end)
                    if hi - lo < DAY:
                        continue
                    for m in range(months.index(lo), min(months.index(hi - 1), months.count - 1) + 1):
                        e = min(max(self.latents.state("engagement", c.i, m), -2.6), 2.2)
                        d0 = max(lo, months.start[m]) // DAY
                        d1 = -(-min(hi, months.start[m + 1]) // DAY)
                        span = d1 - d0
                        mean = 1.04 * self.scale * habit * np.exp(1.10 * e) * span / 30.4
                        n = min(self.dice.poisson(mean), span)
                        ahead = sum(
                            1 for q in queue[:rank] if q.joined <= d0 * DAY and (q.left is None or q.left > d0 * DAY)
                        )
                        if n == 0 or ahead >= c.seats_at(d0 * DAY):  # no seat for this person
                            continue
                        who += [number] * n
                        tier += [c.tier] * n
                        energy += [e] * n
                        offset += [utc_offset(zone, d0 * DAY)] * n
                        day += [d0 + int(self.dice.u() * span) for _ in range(n)]
        self.who = np.array(who, dtype=np.int64)
        self.day = np.array(day, dtype=np.int64)
        self.tier = np.array(tier, dtype=np.int64)
        self.energy = np.array(energy)
        weekend = (self.day + 3) % 7 >= 5
        back = weekend & (rng.random(len(self.day)) < 0.9)
        self.day = np.where(back, self.day - ((self.day + 3) % 7 - 4), self.day)
        started = np.array(
            [max(c.lives[0][0], p.joined, months.begin) // DAY for c, p in self.visitors], dtype=np.int64
        )
        self.day = np.maximum(self.day, started[self.who] if len(self.who) else self.day)
        key = self.who * 100_000 + self.day
        _, keep = np.unique(key, return_index=True)
        for name in ("who", "day", "tier", "energy"):
            setattr(self, name, getattr(self, name)[keep])
        local = np.clip(
            np.where(rng.random(len(keep)) < 0.5, 10.2, 14.8) + 1.7 * rng.standard_normal(len(keep)), 7, 19
        ).astype(int)
        hour = local - np.array(offset, dtype=np.int64)[keep] // HOUR
        first_life = np.array([max(c.lives[0][0], p.joined, months.begin) for c, p in self.visitors], dtype=np.int64)
        self.time = np.maximum(
            self.day * DAY + hour * HOUR, -(-first_life[self.who] // HOUR) * HOUR if len(self.who) else 0
        )
        last = np.array([min(c.lives[-1][1], months.end) for c, _ in self.visitors], dtype=np.int64)
        if len(self.who):
            opened = -(-first_life[self.who] // HOUR) * HOUR
            self.time = np.minimum(self.time, np.maximum(last[self.who] // HOUR * HOUR - HOUR, opened))

    # ---------------------------------------------------------------- rows

    def _write_events(self, customers: list[Customer]) -> None:
        rng, rec, ids = self.rng, self.rec, self.ids
        n = len(self.who)
        accounts = self._accounts(customers)
        account_of = (
            np.array([accounts[c.i] for c, _ in self.visitors], dtype="S8") if self.visitors else np.array([], "S8")
        )
        visitor_of = (
            np.array([p.visitor for _, p in self.visitors], dtype="S9") if self.visitors else np.array([], "S9")
        )
        if n:
            events = 1 + rng.poisson(9 * np.exp(0.35 * self.energy))
            minutes = 1 + rng.poisson(11 * np.exp(0.3 * self.energy))
            late = np.where(rng.random(n) < self.mess.late, rng.integers(2, 10, n), 0)
            rec.add_bulk(
                "pendo.event",
                self.time // DAY + late,
                _fivetran_id=ids.rows("event", n),
                account_id=account_of[self.who],
                visitor_id=visitor_of[self.who],
                timestamp=self.time,
                num_events=events,
                num_minutes=np.minimum(minutes, 60),
            )
            self._feature_events(account_of, visitor_of)
            self._strangers(account_of)
        self._write_visitors(accounts)
        self._guides(customers, accounts)

    def _feature_events(self, account_of: np.ndarray, visitor_of: np.ndarray) -> None:
        rng, n = self.rng, len(self.who)
        per_day = rng.poisson(0.32 + 0.58 * np.exp(0.25 * np.clip(self.energy, -2, 2)))
        row = np.repeat(np.arange(n), per_day)
        weights = np.array([f[2] for f in FEATURES])
        tiers = np.array([f[3] for f in FEATURES])
        # everybody has a taste of their own, so that accounts differ in how many features they use
        taste = rng.random((len(self.visitors), len(FEATURES))) ** 1.6 + 0.02
        p = weights * taste
        p = np.where(tiers[None, :] <= np.array([c.tier for c, _ in self.visitors])[:, None], p, 0.0)
        sums = np.cumsum(p, axis=1)
        sums /= sums[:, -1:]
        who = self.who[row]
        feature = (rng.random(len(row))[:, None] > sums[who]).sum(axis=1)
        key = np.unique(row * 32 + feature)
        row, feature = key // 32, key % 32
        who = self.who[row]
        m = len(row)
        late = np.where(rng.random(m) < self.mess.late, rng.integers(2, 10, m), 0)
        self.rec.add_bulk(
            "pendo.feature_event",
            self.time[row] // DAY + late,
            _fivetran_id=self.ids.rows("feature", m),
            feature_id=self.features[feature],
            account_id=account_of[who],
            visitor_id=visitor_of[who],
            timestamp=self.time[row],
            num_events=1 + rng.poisson(2.5, m),
            num_minutes=1 + rng.poisson(2.0, m),
        )

    def _strangers(self, account_of: np.ndarray) -> None:
        """Events of visitors that were never delivered."""
        expected = self.mess.orphan * len(self.who) / 4
        count = int(expected) + (self.dice.u() < expected % 1)
        if self.rec.block == 0 and self.mess.orphan:
            count = max(count, 1)
        for _ in range(count):
            k = int(self.dice.u() * len(self.who))
            self.rec.add(
                "pendo.event",
                int(self.time[k]),
                _fivetran_id=self.ids.rows("event", 1)[0].decode(),
                account_id=account_of[self.who[k]].decode(),
                visitor_id="v_" + self.ids.row("stranger").lower(),
                timestamp=int(self.time[k]),
                num_events=3,
                num_minutes=2,
            )
            self.rec.count("orphan")

    def _accounts(self, customers: list[Customer]) -> dict[int, str]:
        """The product's accounts, one version a change of plan."""
        dice, mess, rec, months = self.dice, self.mess, self.rec, self.months
        out: dict[int, str] = {}
        for c in customers:
            ident = self.ids.product_account(c.company.index)
            out[c.i] = ident
            made = max(c.lives[0][0], months.begin)
            hidden = dice.u() < mess.unlinkable and not c.strong_ids
            crm = None
            if c.crm_id and not hidden and (c.strong_ids or dice.u() >= mess.missing_product_crm_id):
                crm = self.crm.reference(c, made)
            else:
                rec.count("missing_product_crm_id")
            name = names.spell(c.company, dice) if dice.u() < mess.odd_spelling else c.company.core
            if hidden:
                name = f"Project {dice.pick(('Phoenix', 'Atlas', 'Orion', 'Nova'))} {c.company.index % 97}"
                rec.count("unlinkable")
            changes = [(made, "Trial" if c.lives[0][0] < (c.paid[0][0] if c.paid else months.end) else TIERS[c.tier])]
            if c.paid and c.paid[0][0] > made:
                changes.append((c.paid[0][0] + 5 * MINUTE, c.plan_name.split()[0]))
            for a, b in c.paid:
                if b < months.end:
                    changes.append((b + HOUR, "none"))
                if a > c.paid[0][0]:
                    changes.append((a + HOUR, c.plan_name.split()[0]))
            values = {"id": ident, "first_visit": made, "agent_name": name, "agent_creationdate": made}
            row = partial(rec.row, "pendo.account_history", **values, agent_salesforceaccountid=crm)
            rec.add_versions(
                "pendo.account_history",
                [
                    (
                        t,
                        row(
                            last_updated_at=t,
                            last_visit=t,
                            agent_is_paying=plan not in ("Trial", "none"),
                            agent_planlevel=None if plan == "none" else plan,
                        ),
                    )
                    for t, plan in sorted(changes)
                    if t < months.end
                ],
            )
            rec.add_source(made, "pendo", "account", ident, c.company.true_id, linkable=not hidden)
        return out

    def _write_visitors(self, accounts: dict[int, str]) -> None:
        """A visitor appears with the first visit; a second version follows much later, for some."""
        if not len(self.who):
            return
        first = np.full(len(self.visitors), np.iinfo(np.int64).max)
        last = np.zeros(len(self.visitors), dtype=np.int64)
        np.minimum.at(first, self.who, self.time)
        np.maximum.at(last, self.who, self.time)
        self.first_visit: dict[str, int] = {}
        for k, (c, p) in enumerate(self.visitors):
            if not last[k]:
                continue
            a, b = int(first[k]), int(last[k])
            self.first_visit[p.visitor] = a
            email: str | None = p.email if self.dice.u() > 0.03 else None
            role = {"admin": "admin", "champion": "admin"}.get(p.role, "user")
            name = p.name if self.dice.u() < 0.8 else None
            values = {"id": p.visitor, "account_id": accounts[c.i], "agent_email": email, "agent_full_name": name}
            row = partial(self.rec.row, "pendo.visitor_history", **values, agent_role=role, first_visit=a)
            versions = [(a, row(last_updated_at=a, last_visit=a))]
            if b - a > 45 * DAY and self.dice.u() < 0.8:
                versions.append((b + 60, row(last_updated_at=b + 60, last_visit=b)))
            self.rec.add_versions("pendo.visitor_history", versions)
            self.rec.add_person(a, "pendo", "visitor", p.visitor, c.company.true_id, p.true_id)

    # ---------------------------------------------------------------- guides

    def _guides(self, customers: list[Customer], accounts: dict[int, str]) -> None:
        dice, months = self.dice, self.months
        if not len(self.who):
            return
        for c in customers:
            seen = [p for p in c.people if p.visitor in self.first_visit]
            seen.sort(key=lambda p: (self.first_visit[p.visitor], p.index))
            new = not c.existing
            for rank, p in enumerate(seen):
                start = self.first_visit[p.visitor]
                m = months.index(start)
                e = self.latents.state("engagement", c.i, m)
                if new and rank < 2:
                    t = start + 4 * MINUTE
                    for step in range(4):
                        done = dice.u() < 0.88 / (1 + np.exp(-(1.0 + 0.8 * e)))
                        t = self._guide(c, p, accounts[c.i], step, t, done)
                        if not done and dice.u() < 0.6:
                            break
                        t = max(t + MINUTE, office_time(dice, t // DAY + dice.integer(0, 5), c.company.country.zone))
                        if not c.alive(t):
                            break
                for g in range(4, len(GUIDES)):
                    live = months.of(GUIDES[g][4]) - 2 * DAY
                    if live > months.end or dice.u() > (0.15 if g < 6 else 0.09):
                        continue
                    t = office_time(dice, max(live, start) // DAY + dice.integer(1, 60), c.company.country.zone)
                    if c.alive(t) and (p.left is None or t < p.left):
                        self._guide(c, p, accounts[c.i], g, t, dice.u() < 0.35 + 0.12 * e)

    def _guide(self, c: Customer, p: Person, account: str, guide: int, t: int, done: bool) -> int:
        dice = self.dice

        def add(kind: str, when: int, step: str) -> None:
            if when < self.months.end:
                late = dice.integer(2, 9) if dice.u() < self.mess.late else 0
                self.rec.add(
                    "pendo.guide_event",
                    when,
                    late=late,
                    _fivetran_id=self.ids.row("guide"),
                    guide_id=self.guides[guide],
                    guide_step_id=step,
                    account_id=account,
                    visitor_id=p.visitor,
                    timestamp=when,
                    app_id="web",
                    type=kind,
                )

        add("guideSeen", t, "s1")
        if GUIDES[guide][2] and (done or dice.u() < 0.3):
            t += dice.integer(20, 240)
            add("guideAdvanced", t, "s1")
        t += dice.integer(30, 400)
        if done:
            add("guideCompleted", t, "s2" if GUIDES[guide][2] else "s1")
        elif dice.u() < 0.7:
            add("guideDismissed", t, "s1")
        return t
