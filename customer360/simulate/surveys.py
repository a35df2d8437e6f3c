"""Surveys: NPS every half year, satisfaction after support, effort after onboarding; answers and refusals."""

from __future__ import annotations

import json
import math

from customer360.simulate import texts
from customer360.simulate.clock import DAY, HOUR, MINUTE, Months
from customer360.simulate.company import Customer, office_time, work_day
from customer360.simulate.dice import Dice
from customer360.simulate.ids import IdMaker
from customer360.simulate.latent import Latents
from customer360.simulate.mess import Mess
from customer360.simulate.names import Person
from customer360.simulate.recorder import Change, Recorder, changed

#: The same for every company that is simulated: kind and scale stand in the seed `surveys`.
NPS, CSAT, CES = "nps_relationship", "csat_support", "ces_onboarding"
_SCALE = {NPS: (0, 10), CSAT: (1, 5), CES: (1, 7)}


class Surveys:
    """Writes the survey rows of a block."""

    def __init__(
        self, months: Months, latents: Latents, dice: Dice, rare: Dice, mess: Mess, ids: IdMaker, rec: Recorder
    ) -> None:
        """`rare` are the dice of what was added later, so that the rest stays as it is."""
        self.months, self.latents, self.rare = months, latents, rare
        self.dice, self.mess, self.ids, self.rec = dice, mess, ids, rec
        self._people: dict[str, list[Change]] = {}
        self._plan: list[tuple[int, int, Customer, Person, str, float]] = []

    def run(self, c: Customer) -> None:
        """NPS in every other quarter of the customer's life, effort a few weeks after the start."""
        dice, months = self.dice, self.months
        for a, b in c.lives:
            begin, end = max(a, months.begin), min(b, months.end)
            for m in range(max(months.index(begin), 0), min(months.index(end - 1), months.count - 1) + 1):
                lo, hi = max(begin, months.start[m]), min(end, months.start[m + 1])
                if hi - lo < 5 * DAY or (m * 5 + c.i) % 6:
                    continue
                there = c.people_at(lo)
                asked = [p for p in there if dice.u() < (0.5 if p.role != "user" else 0.14)][:4]
                for p in asked:
                    t = office_time(dice, work_day(dice, lo // DAY, (hi - lo) // DAY), c.company.country.zone)
                    if lo < t < hi:
                        self._later(t, c, p, NPS, 7.25)
            if not c.existing and c.kind == "customer" and b - a > 40 * DAY:
                t = office_time(dice, work_day(dice, a // DAY + 25, 12), c.company.country.zone)
                there = c.people_at(t)
                if there and t < min(b, months.end) and dice.u() < 0.6:
                    self._later(t, c, there[0], CES, 5.1)

    def after_support(self, c: Customer, p: Person, t: int, quality: float) -> None:
        """Perhaps ask how a solved ticket went."""
        dice = self.dice
        if dice.u() < 0.22:
            when = t + dice.integer(2, 30) * HOUR
            if when < self.months.end:
                self._later(when, c, p, CSAT, 2.9 + 1.0 * quality)

    def _later(self, t: int, c: Customer, p: Person, survey: str, level: float) -> None:
        self._plan.append((t, len(self._plan), c, p, survey, level))

    def ask(self) -> None:
        """Ask everybody in order of time, so that a person is known before the first answer."""
        for t, _, c, p, survey, level in sorted(self._plan, key=lambda x: x[:2]):
            self._ask(c, p, survey, t, level)

    def _ask(self, c: Customer, p: Person, survey: str, t: int, level: float) -> None:
        dice, rec = self.dice, self.rec
        m = self.months.index(t)
        latents, i = self.latents, c.i
        user = self._end_user(c, p, t)
        mood = (
            0.95 * latents.state("engagement", i, m)
            + 0.35 * float(latents.fit[i])
            - 0.45 * latents.state("friction", i, m)
            - 0.25 * float(latents.price[i])
        )
        self._people[p.end_user].append(changed("wootric.end_users", t, updated_at=t, last_surveyed=t, last_seen_at=t))
        if dice.u() > 1 / (1 + math.exp(-(0.0 + 0.35 * mood + 0.25 * float(latents.responsive[i])))):
            late = dice.integer(2, 8) if dice.u() < self.mess.late else 0
            ident = self.ids.number("decline")
            rec.add(
                "wootric.declines",
                t,
                late=late,
                id=ident,
                end_user_id=user,
                survey_id=survey,
                created_at=t,
                updated_at=t,
            )
            return
        low, high = _SCALE[survey]
        spread = {NPS: 1.55, CSAT: 0.45, CES: 0.9}[survey]
        noise = {NPS: 1.4, CSAT: 0.7, CES: 0.8}[survey]
        score = min(max(round(level + spread * mood + noise * dice.normal() + 0.5), low), high)
        share = (score - low) / (high - low)
        text = None
        if dice.u() < 0.38:
            text = texts.verbatim(share, texts.language_of(c.company.country.language, dice), dice)
            if dice.u() < self.mess.odd_text:
                text += dice.pick(texts.ODD_SUBJECTS)
                rec.count("odd_text")
        changes: list[Change] = []
        if dice.u() < 0.03:
            when = t + dice.integer(1, 60) * HOUR
            other = min(max(score + dice.pick((-2, -1, 1, 2)), low), high)
            said = texts.verbatim((other - low) / (high - low), "en", dice) if text or dice.u() < 0.3 else None
            changes.append(changed("wootric.responses", when, score=other, text=said, updated_at=when))
        if dice.u() < 0.02:
            when = t + dice.integer(1, 20) * DAY
            changes.append(changed("wootric.responses", when, excluded_from_calculations=True, updated_at=when))
            rec.count("excluded_response")
        done = dice.u() > 0.02
        tags = json.dumps([dice.pick(("price", "support", "speed", "features"))]) if text and dice.u() < 0.3 else None
        origin = dice.pick(("https://app/home", "https://app/reports", None)) if survey != CSAT else None
        rec.add(
            "wootric.responses",
            t,
            changes,
            id=self.ids.number("response"),
            end_user_id=user,
            survey_id=survey,
            score=score,
            text=text,
            created_at=t,
            updated_at=t,
            completed=done,
            excluded_from_calculations=False,
            origin_url=origin,
            tags=tags,
        )

    def _end_user(self, c: Customer, p: Person, t: int) -> str:
        if p.end_user:
            return p.end_user
        dice = self.dice
        p.end_user = self.ids.number("end_user")
        changes: list[Change] = []
        self._people[p.end_user] = changes
        email = p.email if dice.u() < 0.96 else p.other_email
        if dice.u() < 0.05 * (1 if self.mess.odd_spelling else 0):
            email = email.upper()
        made = t - 3 * MINUTE
        joined = max(p.joined, c.start) if p.joined < t else t
        about = {"plan": c.plan_name.split()[0]} if c.plan_name else {}
        if dice.u() < 0.35:
            about["company"] = c.company.core
        if self.rare.u() < self.mess.respondent_deleted:
            self.rec.count("respondent_deleted")
            return p.end_user
        self.rec.add(
            "wootric.end_users",
            made,
            changes,
            id=p.end_user,
            email=email,
            created_at=made,
            updated_at=made,
            external_created_at=min(joined, made),
            properties=json.dumps(about, ensure_ascii=False),
        )
        self.rec.add_person(made, "wootric", "end_users", p.end_user, c.company.true_id, p.true_id)
        return p.end_user
