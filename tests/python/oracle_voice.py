"""Survey figures computed a second time, from the raw rows and in plain Python, to compare the marts with.

Nothing here is shared with the SQL: it reads the raw files, decides by itself which rows count, and works in exact
fractions. Whose customer a person is, is asked of the caller: that is another question than what the answers say.

    found = read_files(folder, surveys, date(2026, 10, 31))       # or read_demo(root, ...)
    months = survey_months(found, {"10294145062": ("person", "customer")}, date(2026, 10, 31))
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = Mapping[str, Any]
#: Days of the rolling windows, as the documentation gives them.
WINDOWS = {"nps": 180, "csat": 90, "ces": 180}
#: Best answers that mean satisfied, by the number of answers on the scale.
TOP_BOXES = {2: 1, 3: 1, 4: 2}


@dataclass(frozen=True)
class Survey:
    """A survey: what it asks, and its scale."""

    kind: str
    low: int
    high: int


@dataclass(frozen=True)
class Asked:
    """Somebody was asked. `score` is None for a refusal."""

    key: str
    person: str
    survey: Survey
    at: dt.datetime
    score: int | None = None

    @property
    def nps(self) -> int:
        """100, 0 or -100."""
        assert self.score is not None
        return 100 if self.score >= 9 else 0 if self.score >= 7 else -100

    @property
    def satisfied(self) -> bool:
        """Among the best answers of the scale."""
        assert self.score is not None
        return self.score > self.survey.high - TOP_BOXES.get(self.survey.high - self.survey.low + 1, 2)

    @property
    def ease(self) -> Fraction:
        """The answer on a scale from 1 to 7."""
        assert self.score is not None
        return 1 + Fraction(6 * (self.score - self.survey.low), self.survey.high - self.survey.low)


# ---------------------------------------------------------------- raw rows


def read_table(file: Path) -> Iterator[Row]:
    """The raw rows of a Parquet or CSV file."""
    if file.suffix == ".parquet":
        yield from pq.read_table(file).to_pylist()
    else:
        with file.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def read_surveys(file: Path) -> dict[str, Survey]:
    """The surveys of the rule seed."""
    return {
        row["survey_id"]: Survey(row["kind"], int(row["scale_min"]), int(row["scale_max"])) for row in read_table(file)
    }


def read_files(folder: Path, surveys: Mapping[str, Survey], last_day: dt.date) -> list[Asked]:
    """Who was asked, from a folder with wootric/<table>.parquet."""
    tables = {name: list(read_table(folder / f"wootric/{name}.parquet")) for name in _TABLES}
    return keep(tables, surveys, last_day)


def read_demo(root: Path, surveys: Mapping[str, Survey], last_day: dt.date) -> list[Asked]:
    """Who was asked, from the demo company's seeds."""
    tables = {name: list(read_table(root / f"seeds/demo/wootric/wootric__{name}.csv")) for name in _TABLES}
    return keep(tables, surveys, last_day)


_TABLES = ("responses", "declines")


def _text(value: Any) -> str | None:
    return (str(value).strip() or None) if value is not None else None


def _time(value: Any) -> dt.datetime | None:
    """A time in UTC; None for nothing and for what is no time."""
    if value is None or isinstance(value, dt.datetime):
        moment = value
    else:
        try:
            moment = dt.datetime.fromisoformat(str(value).strip())
        except ValueError:
            return None
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment is not None and moment.tzinfo else moment


def _whole(value: Any) -> int | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return int(number) if number == int(number) else None


def _true(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "t", "1", "yes")


def _latest(rows: Iterable[Row], end: dt.datetime, *, grows: bool) -> list[Row]:
    """Of each id what the tool changed last among the deliveries before `end`, then the last of these; failing that the
    first one after it, which only a row that was made before `end` and overwritten since may have; a table that only
    grows (`grows`) has no such rows."""
    found: dict[str, tuple[tuple[bool, float, float], Row]] = {}
    for row in rows:
        ident = _text(row["id"])
        delivered, made = _time(row["_fivetran_synced"]), _time(row["created_at"])
        if ident is None or delivered is None:
            continue
        in_time = delivered < end
        if not in_time and (grows or made is None or made >= end):
            continue
        seconds = (delivered - dt.datetime(1970, 1, 1)).total_seconds()
        changed = _time(row.get("updated_at")) if in_time else None
        age = (changed - dt.datetime(1970, 1, 1)).total_seconds() if changed else -1.0
        merit = (in_time, age, seconds if in_time else -seconds)
        if ident not in found or merit > found[ident][0]:
            found[ident] = (merit, row)
    return [row for _, row in found.values()]


def _is_sound(row: Row, end: dt.datetime) -> bool:
    made, changed = _time(row["created_at"]), row["updated_at"]
    return made is not None and made < end and (_text(changed) is None or _time(changed) is not None)


def keep(tables: Mapping[str, Iterable[Row]], surveys: Mapping[str, Survey], last_day: dt.date) -> list[Asked]:
    """The answers and refusals that count: sound, to a known survey, finished and not excluded. Whoever gave an answer,
    even somebody who was deleted since, gave it."""
    end = dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time())
    found: list[Asked] = []
    for row in _latest(tables["declines"], end, grows=True):
        person, survey = _text(row["end_user_id"]), surveys.get(_text(row["survey_id"]) or "")
        if _is_sound(row, end) and survey:
            made = _time(row["created_at"])
            assert made is not None
            found.append(Asked(f"decline {row['id']}", person or f"nobody {row['id']}", survey, made))
    for row in _latest(tables["responses"], end, grows=False):
        person, survey = _text(row["end_user_id"]), surveys.get(_text(row["survey_id"]) or "")
        score, made, changed = _whole(row["score"]), _time(row["created_at"]), _time(row["updated_at"])
        if not _is_sound(row, end) or not survey or made is None:
            continue
        if score is None or not survey.low <= score <= survey.high:
            continue
        taken_out = _true(row["excluded_from_calculations"]) and (changed is None or changed < end)
        finished = _text(row["completed"]) is None or _true(row["completed"])
        if finished and not taken_out:
            found.append(Asked(f"response {row['id']}", person or f"nobody {row['id']}", survey, made, score))
    return found


# ---------------------------------------------------------------- figures


@dataclass(frozen=True)
class Voice:
    """One voice: an answer, or what the people of a customer say together. All None: it did not answer."""

    nps: int | None = None
    satisfied: bool | None = None
    ease: Fraction | None = None
    answered: bool = False


def voice(answers: list[Asked]) -> Voice:
    """What answers, one of each person, say together: the sign of the mean, a majority, the mean."""
    if not answers:
        return Voice()
    kind, n = answers[0].survey.kind, len(answers)
    if kind == "nps":
        mean = Fraction(sum(each.nps for each in answers), n)
        return Voice(nps=100 if mean > 0 else -100 if mean < 0 else 0, answered=True)
    if kind == "csat":
        return Voice(satisfied=sum(each.satisfied for each in answers) * 2 > n, answered=True)
    return Voice(ease=sum((each.ease for each in answers), Fraction()) / n, answered=True)


def voices(asked: Iterable[Asked], grain: str, owners: Mapping[str, tuple[str, str | None]]) -> list[Voice]:
    """The voices of those asked. `owners`: person in the tool -> (person, customer)."""
    if grain == "response":
        return [voice([each] if each.score is not None else []) for each in asked]
    heard: dict[str, dict[str, Asked]] = defaultdict(dict)
    for each in sorted(asked, key=lambda one: (one.at, one.key), reverse=True):
        person, customer = owners.get(each.person, (each.person, None))
        if customer is not None:
            heard[customer]  # a customer with nothing but refusals was asked, too
            if each.score is not None:
                heard[customer].setdefault(person, each)
    return [voice(list(people.values())) for people in heard.values()]


def figures(kind: str, found: list[Voice]) -> dict[str, Any]:
    """The figures of a month or window. Exact fractions, but for the standard error and the interval."""
    said = [each for each in found if each.answered]
    n = len(said)
    result: dict[str, Any] = {"answers": n, "declines": len(found) - n, "asked": len(found)}
    result["response_rate"] = Fraction(n, len(found)) if found else None
    result["decline_rate"] = Fraction(len(found) - n, len(found)) if found else None
    names = ("promoters", "passives", "detractors", "nps", "nps_standard_error", "nps_low", "nps_high")
    names += ("satisfied", "csat", "ces_total", "ces", "easy", "easy_share")
    result |= dict.fromkeys(names)
    if kind == "nps":
        counts = [sum(each.nps == value for each in said) for value in (100, 0, -100)]
        result |= dict(zip(names[:3], counts, strict=True))
        if n:
            p, d = Fraction(counts[0], n), Fraction(counts[2], n)
            error = 100 * math.sqrt(variance_of_one(p, d) / n)
            result |= {"nps": 100 * (p - d), "nps_standard_error": error}
            if error:
                result["nps_low"] = max(float(100 * (p - d)) - 1.96 * error, -100)
                result["nps_high"] = min(float(100 * (p - d)) + 1.96 * error, 100)
    elif kind == "csat":
        result["satisfied"] = sum(bool(each.satisfied) for each in said)
        result["csat"] = Fraction(result["satisfied"], n) if n else None
    else:
        eases = [each.ease for each in said if each.ease is not None]
        result |= {"ces_total": sum(eases, Fraction()), "easy": sum(each >= 5 for each in eases)}
        if n:
            result |= {"ces": result["ces_total"] / n, "easy_share": Fraction(result["easy"], n)}
    return result


def variance_of_one(p: Fraction, d: Fraction) -> Fraction:
    """The variance of a single answer that is 1, 0 or -1, from the shares of promoters and detractors."""
    return p + d - (p - d) ** 2


def month_ends(first: dt.date, last_day: dt.date) -> Iterator[dt.date]:
    """The ends of the months from that of `first` on; the last one is the last day."""
    year, month = first.year, first.month
    while (year, month) <= (last_day.year, last_day.month):
        yield min(dt.date(year, month, calendar.monthrange(year, month)[1]), last_day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def survey_months(
    asked: Iterable[Asked], owners: Mapping[str, tuple[str, str | None]], last_day: dt.date
) -> dict[tuple[dt.date, str, str], dict[str, Any]]:
    """(month end, kind, grain) -> the figures of the month, and with window_ before their names those of the window."""
    found: dict[tuple[dt.date, str, str], dict[str, Any]] = {}
    kinds: dict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        kinds[each.survey.kind].append(each)
    for kind, everybody in kinds.items():
        for grain in ("response", "account"):
            own = [each for each in everybody if grain == "response" or owners.get(each.person, (None, None))[1]]
            if not own:
                continue
            for end in month_ends(min(each.at.date() for each in own), last_day):
                opens = end - dt.timedelta(days=WINDOWS[kind] - 1)
                in_month = [each for each in own if (each.at.year, each.at.month) == (end.year, end.month)]
                in_window = [each for each in own if opens <= each.at.date() <= end]
                row = figures(kind, voices(in_month, grain, owners))
                window = figures(kind, voices(in_window, grain, owners))
                row |= {f"window_{name}": value for name, value in window.items()}
                found[end, kind, grain] = row | {"window_days": WINDOWS[kind], "window_first_date": opens}
    return found
