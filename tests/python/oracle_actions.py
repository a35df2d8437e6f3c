"""Vectors and actions once more, in plain Python, from the signals and the seeds: a month after another.

What a signal is worth (the measures of health, the probability of leaving) is taken from the build; what follows
from it is worked out here by other means.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from customer360.project import ROOT

Month = tuple[int, int]
Signals = dict[tuple[str, Month], dict[str, float]]


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed of rules."""
    with (ROOT / f"seeds/rules/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def next_month(month: Month) -> Month:
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)


def last_day(month: Month) -> dt.date:
    return dt.date(*month, calendar.monthrange(*month)[1])


def is_met(value: float, comparison: str, threshold: str) -> bool:
    return value >= float(threshold) if comparison == "at_least" else value <= float(threshold)


def in_words(value: float, unit: str) -> str:
    """A figure as the reasons show it: halves are rounded away from zero."""

    def rounded(number: float, digits: str) -> Decimal:
        return Decimal(repr(number)).quantize(Decimal(digits), "ROUND_HALF_UP")

    if unit == "percent":
        return f"{rounded(100 * value, '1')} %"
    if unit == "points":
        return str(rounded(value, "0.1"))
    return str(rounded(value, "1"))


@dataclass
class Vector:
    """What the signs of a customer's month weigh."""

    negative: int
    positive: int
    negative_signs: str
    positive_signs: str
    name: str


@dataclass
class Action:
    """One action: from the month that first called for it to the last."""

    customer: str
    playbook: str
    opened_on: dt.date
    due_on: dt.date
    last: Month
    value_at_opening: float
    value: float
    cause_months: int
    closed_on: dt.date | None = None
    close_reason: str | None = None
    in_cooldown: bool = False


class Rules:
    """The seeds, read once."""

    def __init__(self) -> None:
        self.settings = {row["setting"]: float(row["value"]) for row in seed("action_settings")}
        self.units = {row["measure_id"]: row["unit"] for row in seed("health_measure_catalog")}
        self.signs = seed("vector_rules")
        self.playbooks = {row["playbook_id"]: row for row in seed("playbooks")}
        self.triggers: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in seed("playbook_triggers"):
            self.triggers[row["playbook_id"]].append(row)

    def main(self, playbook: str) -> dict[str, str]:
        return next(row for row in self.triggers[playbook] if row["is_main"] == "true")

    def vector(self, known: dict[str, float]) -> Vector:
        shown: dict[str, list[tuple[int, str, str]]] = {"negative": [], "positive": []}
        for sign in self.signs:
            value = known.get(sign["measure_id"])
            if value is not None and is_met(value, sign["comparison"], sign["threshold"]):
                text = sign["reason"].replace("{value}", in_words(value, self.units[sign["measure_id"]]))
                shown[sign["vector"]].append((-int(sign["weight"]), sign["sign_id"], text))
        negative, positive = (-sum(weight for weight, _, _ in shown[kind]) for kind in ("negative", "positive"))
        if negative >= self.settings["negative_weight"]:
            name = "negative"
        else:
            name = "positive" if positive - negative >= self.settings["positive_weight"] else "neutral"
        words = {kind: "; ".join(text for _, _, text in sorted(signs)) for kind, signs in shown.items()}
        return Vector(negative, positive, words["negative"], words["positive"], name)


class Company:
    """All actions that a company's signals ever called for."""

    def __init__(self, rules: Rules, signals: Signals, paying: dict[str, set[Month]], today: dt.date) -> None:
        self.rules, self.paying, self.today = rules, paying, today
        self.vectors = {
            (customer, month): rules.vector(signals.get((customer, month), {}))
            for customer, months in paying.items()
            for month in months
        }
        self.known: Signals = {
            at: {
                **signals.get(at, {}),
                "negative_weight": float(vector.negative),
                "net_weight": float(vector.positive - vector.negative),
            }
            for at, vector in self.vectors.items()
        }
        first = min(month for months in paying.values() for month in months)
        self.months = [first]
        while self.months[-1] < (today.year, today.month):
            self.months.append(next_month(self.months[-1]))
        self.actions = [
            action
            for customer in paying
            for playbook in rules.triggers
            for action in self._actions_of(customer, playbook)
        ]

    def end(self, month: Month) -> dt.date:
        return min(last_day(month), self.today)

    def is_called(self, customer: str, month: Month, playbook: str) -> bool:
        known = self.known.get((customer, month))
        return known is not None and all(
            row["measure_id"] in known and is_met(known[row["measure_id"]], row["comparison"], row["threshold"])
            for row in self.rules.triggers[playbook]
        )

    def _actions_of(self, customer: str, playbook: str) -> list[Action]:
        rule, main = self.rules.playbooks[playbook], self.rules.main(playbook)
        found: list[Action] = []
        is_open: Action | None = None
        for month in self.months:
            called = self.is_called(customer, month, playbook)
            says_more = rule["suppressed_by"]
            superseded = called and bool(says_more) and self.is_called(customer, month, says_more)
            value = self.known[customer, month][main["measure_id"]] if called else 0.0
            reason = None
            if is_open:
                if month not in self.paying[customer]:
                    reason = "customer_left"
                elif superseded:
                    reason = "superseded"
                elif (
                    not called
                    or (main["dated_by"] == "counts_up" and value <= is_open.value)
                    or (main["dated_by"] == "counts_down" and value >= is_open.value)
                ):
                    reason = "cause_gone"
                elif rule["repeat_months"] and is_open.cause_months % int(rule["repeat_months"]) == 0:
                    reason = "lapsed"
                if reason:
                    is_open.closed_on, is_open.close_reason = self.end(month), reason
            if called and not superseded:
                if is_open and not reason:
                    is_open.last, is_open.value = month, value
                    is_open.cause_months += 1
                else:
                    lapsed = is_open.cause_months if is_open and reason == "lapsed" else 0
                    is_open = self._opened(customer, playbook, month, value, lapsed)
                    found.append(is_open)
            elif reason:
                is_open = None
        self._cool(found, int(rule["cooldown_days"]))
        return found

    def _opened(self, customer: str, playbook: str, month: Month, value: float, lapsed: int) -> Action:
        main, due_days = self.rules.main(playbook), int(self.rules.playbooks[playbook]["due_days"])
        begin, due_from = dt.date(*month, 1), last_day(month)
        opened = begin
        if main["dated_by"] != "month" and not lapsed:
            beyond = abs(value - float(main["threshold"]))
            opened = due_from = max(begin, self.end(month) - dt.timedelta(days=round(beyond)))
        due_on = due_from + dt.timedelta(days=due_days)
        return Action(customer, playbook, opened, due_on, month, value, value, lapsed + 1)

    def _cool(self, actions: list[Action], days: int) -> None:
        """Within so many days of closing; of closings that follow each other within them the first counts."""
        cooldown = dt.timedelta(days=days)
        run_began: dt.date | None = None
        before: dt.date | None = None
        for action in actions:
            ended = self.end(action.last)
            action.in_cooldown = run_began is not None and ended <= run_began + cooldown
            in_a_row = before is not None and ended <= before + cooldown
            before = action.closed_on if action.close_reason == "cause_gone" else None
            if before and not in_a_row:
                run_began = before

    def reason(self, action: Action) -> str:
        vector = self.vectors[action.customer, action.last]
        figure = in_words(action.value, self.rules.units[self.rules.main(action.playbook)["measure_id"]])
        return (
            self.rules.playbooks[action.playbook]["reason"]
            .replace("{value}", figure)
            .replace("{negative_signs}", vector.negative_signs)
            .replace("{positive_signs}", vector.positive_signs)
        )

    def money(self, action: Action, facts: dict[tuple[str, Month], dict[str, Any]]) -> tuple[float, float]:
        """What is at stake, and the ARR; `facts`: mrr, probability, NPS, people and seats of each customer's month."""
        settings, kind = self.rules.settings, self.rules.playbooks[action.playbook]["money"]
        fact = facts[action.customer, action.last]
        arr = 12 * float(fact["mrr"] or 0)
        if kind == "revenue_at_risk":
            assumed = float(self.rules.playbooks[action.playbook]["assumed_share"])
            return arr * max(assumed, fact["probability"] or 0), arr
        if kind == "expansion_potential":
            name = self.vectors[action.customer, action.last].name
            take_rate = 0.0 if name == "negative" else settings[f"{name}_take_rate"]
            users, seats = fact["mau"], fact["seat_count"]
            excess = (users - seats) / seats if users and seats else 0
            return arr * take_rate * max(settings["upsell_share"], excess), arr
        if kind == "referral_potential":
            of_month = [12 * float(each["mrr"] or 0) for (_, month), each in facts.items() if month == action.last]
            promotes = fact["nps_answers_12m"] and (
                fact["nps_total_12m"] / fact["nps_answers_12m"] >= settings["promoter_nps"]
            )
            return (settings["referral_rate"] * sum(of_month) / len(of_month) if promotes else 0.0), arr
        return arr, arr
