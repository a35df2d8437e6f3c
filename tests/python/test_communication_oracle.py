"""E-mail response times a second time, in plain Python from the raw mails and the schedule's hours."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from itertools import groupby, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from customer360.project import ROOT

DEMO = ROOT / "seeds/demo"
UTC = ZoneInfo("UTC")
LAST_INSTANT = dt.datetime(2026, 11, 1, tzinfo=UTC)
#: The oldest schedule's place in the demo, as the help desk and the IANA database call it.
PLACES = {"Berlin": "Europe/Berlin", "Eastern Time (US & Canada)": "America/New_York"}


def rows(tool: str, table: str) -> list[dict[str, str]]:
    """A demo table as text."""
    with (DEMO / tool / f"{tool}__{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Hours:
    """A schedule's opening hours, day by day, converted from wall-clock time."""

    def __init__(self, schedule_id: str) -> None:
        week = [row for row in rows("zendesk", "schedule") if row["id"] == schedule_id]
        self.zone = ZoneInfo(PLACES[week[0]["time_zone"]])
        self.week = sorted({(int(row["start_time"]), int(row["end_time"])) for row in week})
        self.closed = {
            dt.date.fromisoformat(row["start_date"][:10]) + dt.timedelta(days=n)
            for row in rows("zendesk", "schedule_holiday")
            if row["schedule_id"] == schedule_id
            for n in range((day_of(row["end_date"]) - day_of(row["start_date"])).days + 1)
        }

    def opening(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """When it opens and closes on a day of its own place. The week begins on Sunday."""
        if day in self.closed:
            return []
        first, found = (day.isoweekday() % 7) * 1440, []
        for start, end in self.week:
            if first <= start < first + 1440:
                midnight = dt.datetime.combine(day, dt.time())
                opens, closes = (
                    (midnight + dt.timedelta(minutes=at - first)).replace(tzinfo=self.zone).astimezone(UTC)
                    for at in (start, end)
                )
                found.append((opens, closes))
        return found

    def between(self, first: dt.datetime, last: dt.datetime) -> int:
        """Seconds in opening hours from one instant to another."""
        day, total = first.astimezone(self.zone).date(), 0.0
        while day <= last.astimezone(self.zone).date():
            for opens, closes in self.opening(day):
                total += max((min(closes, last) - max(opens, first)).total_seconds(), 0)
            day += dt.timedelta(days=1)
        return int(total)


def day_of(text: str) -> dt.date:
    """The day of a timestamp."""
    return dt.date.fromisoformat(text[:10])


def turns(used: set[str]) -> dict[str, tuple[Any, ...]]:
    """First mail of each turn -> who is awaited, since when, the answer."""
    # an id has 15 characters, or 18 with a checksum behind them
    mails = {row["id"][:15]: row for row in rows("salesforce", "email_message") if row["id"][:15] in used}
    threads: dict[str, list[tuple[dt.datetime, str, bool]]] = defaultdict(list)
    for ident, row in mails.items():
        text = row["message_date"] or row["created_date"]
        at = dt.datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        threads[row["thread_identifier"] or ident].append((at, ident, row["incoming"].lower() in ("true", "t", "1")))
    found: dict[str, tuple[Any, ...]] = {}
    for thread in threads.values():
        firsts = [next(group) for _, group in groupby(sorted(thread), key=lambda mail: mail[2])]
        for (since, ident, incoming), after in pairwise([*firsts, None]):
            found[ident] = ("us" if incoming else "customer", since, after[0] if after else None)
    return found


def test_response_times_are_those_of_the_raw_mails(built: duckdb.DuckDBPyConnection) -> None:
    used = {
        ident
        for (ident,) in built.execute(
            "select email_message_id from staging.stg_salesforce__email_message where row_status = 'used'"
        ).fetchall()
    }
    (schedule,) = built.execute("select schedule_key from intermediate.int_working_schedule").fetchone()
    hours = Hours(schedule.rpartition(":")[2])
    expected = {}
    for ident, (awaited, since, until) in turns(used).items():
        seconds = int((until - since).total_seconds()) if until else None
        work = hours.between(since, until) if until else None
        expected[f"salesforce.email_message:{ident}"] = (awaited, seconds, None if work == 0 and seconds else work)
    found = {
        key: (awaited, seconds, work)
        for key, awaited, seconds, work in built.execute(
            "select turn_key, awaited_side, response_seconds, work_response_seconds from marts.email_response_times"
        ).fetchall()
    }
    wrong = {
        key: (expected.get(key), found.get(key)) for key in expected | found if expected.get(key) != found.get(key)
    }
    assert len(expected) > 1500
    assert not wrong, f"{len(wrong)} of {len(expected)}: {list(wrong.items())[:5]}"
