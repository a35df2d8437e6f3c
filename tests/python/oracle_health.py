"""Health scores once more: from customer_months and the seeds, in exact fractions, one customer at a time."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
Key = tuple[str, dt.date]


def exact(number: Any) -> Fraction | None:
    """A number, or the text of one, as a fraction of at most nine decimals; nothing stays nothing."""
    if number is None or number == "":
        return None
    return Fraction(rounded(Fraction(str(number)), 9))


def rounded(number: Fraction, places: int = 4) -> Decimal:
    """Half away from zero."""
    above, below = abs(number.numerator) * 10**places, number.denominator
    steps = (2 * above + below) // (2 * below)
    return Decimal(steps if number >= 0 else -steps).scaleb(-places)


def whole(text: str) -> int | None:
    return int(text) if text else None


def ratio(part: Any, of: Any) -> Fraction | None:
    return Fraction(str(part)) / Fraction(str(of)) if part is not None and of else None


def values(month: Row) -> dict[str, tuple[Fraction, dt.date]]:
    """What is measured of a customer at a month end, and when."""
    plain = (
        *("seat_utilisation", "days_since_use", "usage_trend", "core_feature_share", "active_day_share"),
        *("champion_silent_days", "days_since_touch", "meetings_held_3m", "unanswered_by_us_3m", "backlog_tickets"),
        *("reopened_tickets_3m", "created_tickets_3m", "outage_minutes_3m", "failed_payments_3m", "mrr_change_6m"),
        "training_attendees_12m",
    )
    end = month["month_end"]
    found: dict[str, tuple[Any, dt.date]] = {each: (month[each], end) for each in plain}
    found["nps_12m"] = ratio(month["nps_total_12m"], month["nps_answers_12m"]), month["last_nps_month"]
    found["csat_12m"] = ratio(month["csat_satisfied_12m"], month["csat_answers_12m"]), month["last_csat_month"]
    found["ces_12m"] = ratio(month["ces_total_12m"], month["ces_answers_12m"]), month["last_ces_month"]
    found["bad_rating_share_3m"] = ratio(month["bad_count_3m"], month["rated_count_3m"]), end
    found["overdue_days"] = None if month["is_active"] is None else month["overdue_days"] or 0, end
    found["is_activated"] = None if month["is_activated"] is None else int(month["is_activated"]), end
    known = {each: (exact(value), day) for each, (value, day) in found.items() if value is not None}
    return {each: (value, day) for each, (value, day) in known.items() if value is not None}


@dataclass(frozen=True)
class Measure:
    """One measure's part in a score; points are on the scale of 0 to 100."""

    dimension: str
    value: Fraction | None
    measured_on: dt.date | None
    is_known: bool
    is_stale: bool
    band: str | None
    band_points: Fraction | None
    weight: Fraction | None
    points: Decimal | None
    lost_points: Decimal | None


@dataclass(frozen=True)
class Score:
    """A score and its parts."""

    measures: dict[str, Measure]
    start: Decimal
    measure_points: Decimal | None
    limit: Decimal | None
    computed: Decimal | None
    score: Decimal | None
    coverage: Fraction
    is_covered: bool
    override: Row | None


@dataclass
class Scorecards:
    """The seeds, and what they make of customers."""

    read: Callable[[str], list[dict[str, str]]]
    scorecard: str = "customer360"
    as_of: dt.date = dt.date(2026, 10, 31)
    size_bands: Mapping[str, str | None] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        def ours(name: str) -> list[dict[str, str]]:
            return [row for row in self.read(name) if row["scorecard_id"] == self.scorecard]

        self.versions = {row["rules_version"]: row for row in ours("health_scorecards")}
        self.grades = ours("health_grades")
        self.rules: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in ours("health_rules"):
            self.rules[row["rules_version"]].append(row)
        self.bands: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in ours("health_bands"):
            edges = {column: exact(row[column]) for column in ("lower", "upper", "points_at_lower", "points_at_upper")}
            self.bands[row["rules_version"], row["measure_id"]].append(row | edges)
        self.best = {
            key: max(max(row["points_at_lower"], row["points_at_upper"]) for row in rows)
            for key, rows in self.bands.items()
        }
        self.nominal = {version: self._nominal(rules) for version, rules in self.rules.items()}
        self._found: dict[tuple[Any, ...], tuple[str, Fraction]] = {}
        self.overrides = self.read("health_overrides")
        self.settings = {row["setting"]: int(row["value"]) for row in self.read("health_settings")}

    @staticmethod
    def _nominal(rules: list[dict[str, str]]) -> dict[str, Fraction]:
        """What share of a score each measure has when all are known."""
        of_dimension: dict[str, Fraction] = defaultdict(Fraction)
        for rule in rules:
            of_dimension[rule["dimension"]] += Fraction(rule["measure_weight"])
        dimensions = {rule["dimension"]: Fraction(rule["dimension_weight"]) for rule in rules}
        return {
            rule["measure_id"]: dimensions[rule["dimension"]]
            * Fraction(rule["measure_weight"])
            / of_dimension[rule["dimension"]]
            / sum(dimensions.values())
            for rule in rules
        }

    def version_of(self, day: dt.date) -> str | None:
        """The version in force."""
        for name, row in self.versions.items():
            if row["valid_from"] <= str(day) and (not row["valid_to"] or str(day) <= row["valid_to"]):
                return name
        return None

    def stage(self, month: Row) -> str:
        """Where in its life a customer is."""
        tenure, term, days = month["tenure_months"], month["term_months"], month["days_to_term_end"]
        if tenure is not None and tenure < self.settings["onboarding_months"] and not month["is_activated"]:
            return "onboarding"
        if term is not None and term >= 3 and days <= self.settings["renewal_days"]:
            return "renewal"
        return "adoption"

    def holds(self, edge: str, lower: Fraction | None, value: Fraction, upper: Fraction | None) -> bool:
        """Whether a value lies between two edges."""
        if edge == "upper":
            return (lower is None or value > lower) and (upper is None or value <= upper)
        return (lower is None or value >= lower) and (upper is None or value < upper)

    def band(self, version: str, measure: str, value: Fraction, month: Row) -> tuple[str, Fraction]:
        """The band that a value of a customer falls into, and its points."""
        has = (self.stage(month), month["plan_name"], self.size_bands.get(month["customer_id"]))
        key = version, measure, value, *has, month["tenure_months"]
        if key not in self._found:
            self._found[key] = self._find_band(version, measure, value, has, month["tenure_months"])
        return self._found[key]

    def _find_band(
        self, version: str, measure: str, value: Fraction, has: tuple[str | None, ...], tenure: int | None
    ) -> tuple[str, Fraction]:
        sets: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in self.bands[version, measure]:
            wants = row["stage"], row["plan"], row["size"]
            first, last = whole(row["age_from_months"]), whole(row["age_to_months"])
            if any(want and want != got for want, got in zip(wants, has, strict=True)):
                continue
            if (first is not None or last is not None) and (
                tenure is None or tenure < (first or 0) or (last is not None and tenure > last)
            ):
                continue
            sets[*wants, row["age_from_months"], row["age_to_months"]].append(row)
        conditions = max(sets, key=lambda each: sum(map(bool, each[:3])) + bool(each[3] or each[4]))
        for row in sets[conditions]:
            lower, upper, low, high = (row[each] for each in ("lower", "upper", "points_at_lower", "points_at_upper"))
            if self.holds(self.versions[version]["edge"], lower, value, upper):
                return row["band"], low if low == high else low + (value - lower) / (upper - lower) * (high - low)
        raise AssertionError(f"no band of {measure} holds {value}")

    def score(self, month: Row, version: str) -> Score:
        """The score of a customer at a month end by a version of the rules."""
        card, end = self.versions[version], month["month_end"]
        scale = Fraction(card["scale_max"])
        measured = values(month)
        rules = self.rules[version]
        judged: dict[str, tuple[bool, bool, str | None, Fraction | None]] = {}
        for rule in rules:
            name, limit = rule["measure_id"], whole(rule["stale_after_days"])
            value, day = measured.get(name, (None, None))
            stale = value is not None and limit is not None and day is not None and (end - day).days > limit
            if value is not None and not stale:
                judged[name] = (True, False, *self.band(version, name, value, month))
            elif rule["null_policy"] == "points":
                judged[name] = (False, stale, "missing", Fraction(rule["null_points"]))
            else:
                judged[name] = (False, stale, None, None)
        counted = [rule for rule in rules if judged[rule["measure_id"]][3] is not None]
        weights = {rule["measure_id"]: int(rule["measure_weight"]) for rule in counted}
        dimensions = {rule["dimension"]: int(rule["dimension_weight"]) for rule in counted}
        of_dimension: dict[str, int] = defaultdict(int)
        for rule in counted:
            of_dimension[rule["dimension"]] += weights[rule["measure_id"]]
        of_all = sum(dimensions.values())
        measures = {}
        for rule in rules:
            name = rule["measure_id"]
            known, stale, band, points = judged[name]
            weight = None
            if points is not None and card["method"] == "weighted_mean":
                within = Fraction(weights[name], of_dimension[rule["dimension"]])
                weight = within * dimensions[rule["dimension"]] / of_all
            share = Fraction(1) if weight is None else weight
            measures[name] = Measure(
                rule["dimension"],
                *measured.get(name, (None, None)),
                known,
                stale,
                band,
                points,
                weight,
                None if points is None else rounded(share * points / scale * 100),
                None if points is None else rounded(share * (self.best[version, name] - points) / scale * 100),
            )
        return self._summed(month, version, measures)

    def _summed(self, month: Row, version: str, measures: dict[str, Measure]) -> Score:
        card = self.versions[version]
        points = [each.points for each in measures.values() if each.points is not None]
        total = sum(points, Decimal(0)) if points else None
        start = Decimal(0)
        if card["method"] == "additive" and points:
            start = rounded(Fraction(card["start_points"]) * 100 / Fraction(card["scale_max"]))
        computed = None if total is None else min(Decimal(100), max(Decimal(0), start + total))
        limit = None if computed is None or total is None else computed - start - total
        known = (name for name, measure in measures.items() if measure.is_known)
        coverage = sum((self.nominal[version][name] for name in known), Fraction(0))
        override = self._override(month)
        score = computed
        if override is not None:
            given = Decimal(override["score"])
            if override["kind"] == "set":
                score = given
            elif computed is not None:
                score = min(computed, given) if override["kind"] == "cap" else max(computed, given)
        is_set = override is not None and override["kind"] == "set"
        covered = is_set or coverage >= Fraction(card["min_coverage"])
        return Score(measures, start, total, limit, computed, score, coverage, covered, override)

    def _override(self, month: Row) -> Row | None:
        day = str(month["month_end"])
        found = [
            row
            for row in self.overrides
            if self.aliases.get(row["customer_id"], row["customer_id"]) == month["customer_id"]
            and row["valid_from"] <= day <= row["expires_on"]
        ]
        newest = max((row["valid_from"] for row in found), default=None)
        lowest_first = sorted(found, key=lambda row: Decimal(row["score"]))
        return next((row for row in lowest_first if row["valid_from"] == newest), None)

    def grade(self, score: Score, version: str) -> tuple[str, str]:
        """Grade and colour."""
        if score.score is not None and score.is_covered:
            for row in self.grades:
                if row["rules_version"] == version and self.holds(
                    self.versions[version]["edge"], exact(row["lower"]), Fraction(score.score), exact(row["upper"])
                ):
                    return row["grade"], row["colour"]
        return "unknown", "grey"

    def history(self, months: Iterable[Row]) -> tuple[dict[Key, dict[str, Any]], dict[tuple[str, str], dict[str, Any]]]:
        """health_history by customer and month end, and the measures of health_measures by customer and measure."""
        rows = list(months)
        billing = any(row["is_active"] is not None for row in rows)
        scored = [row for row in rows if row["is_active"] or not billing]
        by_month = {(row["customer_id"], 12 * row["month_end"].year + row["month_end"].month): row for row in scored}
        memory: dict[tuple[str, int, str], Score] = {}

        def score(customer: str, number: int, version: str) -> Score | None:
            if (customer, number) not in by_month:
                return None
            key = customer, number, version
            if key not in memory:
                memory[key] = self.score(by_month[customer, number], version)
            return memory[key]

        def less(left: Decimal | None, right: Decimal | None) -> Decimal | None:
            return None if left is None or right is None else left - right

        history, parts = {}, {}
        for (customer, number), row in by_month.items():
            version = self.version_of(row["month_end"])
            if version is None:
                continue
            now = score(customer, number, version)
            assert now is not None
            ago = {back: score(customer, number - back, version) for back in (1, 3)}
            before = by_month.get((customer, number - 1))
            published_by = before and self.version_of(before["month_end"])
            published = score(customer, number - 1, published_by) if published_by else None
            grade, colour = self.grade(now, version)
            known = [each for each in now.measures.values() if each.is_known]
            history[customer, row["month_end"]] = {
                "rules_version": version,
                "stage": self.stage(row),
                "score": now.score,
                "grade": grade,
                "colour": colour,
                "coverage": now.coverage,
                "known_measures": len(known),
                "all_measures": len(now.measures),
                "stale_measures": sum(each.is_stale for each in now.measures.values()),
                "start_points": now.start,
                "measure_points": now.measure_points,
                "limit_points": now.limit,
                "override_points": None if now.score is None else now.score - (now.computed or 0),
                "computed_score": now.computed,
                "override_kind": now.override and now.override["kind"],
                "override_reason": now.override and now.override["reason"],
                "override_owner": now.override and now.override["owner"],
                "score_change_1m": less(now.score, ago[1] and ago[1].score),
                "score_change_3m": less(now.score, ago[3] and ago[3].score),
                "is_rules_change": published is not None and published_by != version,
                "rules_change_points": less(ago[1] and ago[1].score, published and published.score),
            }
            if row["month_end"] == self.as_of:
                for name, part in now.measures.items():
                    parts[customer, name] = (
                        vars(part)
                        | {
                            f"{column}_{back}m_ago": then and getattr(then.measures[name], column)
                            for back, then in ago.items()
                            for column in (("value", "band") if back == 1 else ("value",))
                        }
                        | {f"points_change_{back}m": _moved(part, then, name) for back, then in ago.items()}
                    )
        return history, parts


def _moved(now: Measure, then: Score | None, name: str) -> Fraction | None:
    """What a measure moved: its points, less what its weight, where that changed, would hold at the score of then."""
    if then is None or then.computed is None:
        return None
    was = then.measures[name]
    gained = Fraction(now.points or 0) - Fraction(was.points or 0)
    return gained - ((now.weight or 0) - (was.weight or 0)) * Fraction(then.computed)


def seeds(root: Path) -> Callable[[str], list[dict[str, str]]]:
    """The project's own scorecards."""

    def read(name: str) -> list[dict[str, str]]:
        with (root / f"seeds/rules/{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read
