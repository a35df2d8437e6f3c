"""E-mail response times a second time, in plain Python from the raw mails and the schedule's hours."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import harness
import pyarrow.parquet as pq

from customer360.project import ROOT

UTC = ZoneInfo("UTC")
#: A schedule's place, as the help desk and the IANA database call it.
PLACES = {"Berlin": "Europe/Berlin", "Eastern Time (US & Canada)": "America/New_York"}


class Raw:
    """The raw tables of the demo, or of a folder of Parquet files, as text."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def rows(self, tool: str, table: str) -> list[dict[str, str]]:
        """A table's rows; an empty value is an empty text."""
        if self.folder is not None:
            found = pq.read_table(self.folder / tool / f"{table}.parquet").to_pylist()
            return [{name: "" if value is None else str(value) for name, value in row.items()} for row in found]
        with (ROOT / f"seeds/demo/{tool}/{tool}__{table}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))


class Hours:
    """A schedule's opening hours, day by day, converted from wall-clock time."""

    def __init__(self, raw: Raw, schedule_id: str) -> None:
        week = [row for row in raw.rows("zendesk", "schedule") if row["id"] == schedule_id]
        self.zone = ZoneInfo(PLACES[week[0]["time_zone"]])
        self.week = sorted({(int(row["start_time"]), int(row["end_time"])) for row in week})
        self.closed = {
            dt.date.fromisoformat(row["start_date"][:10]) + dt.timedelta(days=n)
            for row in raw.rows("zendesk", "schedule_holiday")
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


def turns(raw: Raw, used: set[str]) -> dict[str, tuple[Any, ...]]:
    """First mail of each turn -> who is awaited, since when, the answer."""
    # an id has 15 characters, or 18 with a checksum behind them
    mails = {row["id"][:15]: row for row in raw.rows("salesforce", "email_message") if row["id"][:15] in used}
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


def differences(connection: duckdb.DuckDBPyConnection, raw: Raw) -> tuple[int, dict[str, Any]]:
    """How many turns there are, and those that the mart has otherwise."""
    ask = "select email_message_id from staging.stg_salesforce__email_message where row_status = 'used'"
    used = {ident for (ident,) in connection.execute(ask).fetchall()}
    (schedule,) = connection.execute("select schedule_key from intermediate.int_working_schedule").fetchone()
    hours = Hours(raw, schedule.rpartition(":")[2])
    expected = {}
    for ident, (awaited, since, until) in turns(raw, used).items():
        seconds = int((until - since).total_seconds()) if until else None
        work = hours.between(since, until) if until else None
        expected[f"salesforce.email_message:{ident}"] = (awaited, seconds, None if work == 0 and seconds else work)
    ask = "select turn_key, awaited_side, response_seconds, work_response_seconds from marts.email_response_times"
    found = {key: tuple(values) for key, *values in connection.execute(ask).fetchall()}
    wrong = {
        key: (expected.get(key), found.get(key)) for key in expected | found if expected.get(key) != found.get(key)
    }
    return len(expected), wrong


def test_response_times_of_the_demo(built: duckdb.DuckDBPyConnection) -> None:
    count, wrong = differences(built, Raw())
    assert count > 1500
    assert not wrong, f"{len(wrong)} of {count}: {list(wrong.items())[:5]}"


def test_response_times_of_2000_customers(built2000: harness.Build, sim2000: Path) -> None:
    count, wrong = differences(built2000.connect(), Raw(sim2000))
    assert count > 5000
    assert not wrong, f"{len(wrong)} of {count}: {list(wrong.items())[:5]}"
