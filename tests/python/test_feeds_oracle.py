"""Uptime and attendance once more, in plain Python from the raw demo rows, minute by minute, name by name."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from typing import Any

import duckdb
import oracle_revenue as oracle
import pytest

from customer360.project import ROOT

END = dt.datetime(2026, 11, 1)
MINUTE = dt.timedelta(minutes=1)


def latest(table: str) -> list[dict[str, Any]]:
    """The rows of a demo seed with a key, each in its latest delivery."""
    tool, name = table.split(".")
    rows = list(oracle.read_table(ROOT / f"seeds/demo/{tool}/{tool}__{name}.csv"))
    return list({row["id"]: row for row in sorted(rows, key=lambda row: row["_fivetran_synced"]) if row["id"]}.values())


def rule(seed: str) -> list[dict[str, Any]]:
    """The rows of a rule seed."""
    return list(oracle.read_table(ROOT / f"seeds/rules/{seed}.csv"))


def month_end(day: dt.date) -> dt.date:
    """The last day of its month; the demo ends with a month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def mart(built: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    return built.sql(f"from marts.{name}").to_arrow_table().to_pylist()


def test_uptime_minute_by_minute(built: duckdb.DuckDBPyConnection) -> None:
    counted = {row["impact"] for row in rule("incident_impacts") if row["is_downtime"] == "true"}
    down: dict[tuple[dt.date, str], set[dt.datetime]] = defaultdict(set)
    overlaps = 0
    for row in latest("status.incident"):
        if row["impact"] not in counted:
            continue
        minute, over = oracle.as_time(row["started_at"]), min(oracle.as_time(row["resolved_at"]) or END, END)
        while minute < over:
            minutes = down[month_end(minute.date()), f"status.component:{row['component_id']}"]
            overlaps += minute in minutes
            minutes.add(minute)
            minute += MINUTE
    assert overlaps
    rows = {(row["month_end"], row["component_key"]): row for row in mart(built, "uptime_months")}
    assert down.keys() <= rows.keys()
    components = {row["id"] for row in latest("status.component")}
    for (month, component), row in rows.items():
        length = dt.timedelta(days=month.day) / MINUTE
        if component != "all":
            lost = len(down.get((month, component), ()))
        else:
            lost = sum(len(minutes) for (when, _), minutes in down.items() if when == month)
            length *= len(components)
        assert not row["is_partial"], (month, component)
        assert row["downtime_minutes"] == lost, (month, component)
        assert row["watched_minutes"] == length, (month, component)
        assert row["uptime_share"] == pytest.approx(1 - lost / length), (month, component)


def test_attendance_registrant_by_registrant(built: duckdb.DuckDBPyConnection) -> None:
    """The customers' figures and those of registrants whom nobody knows add up to all that was registered."""
    share = next(float(row["value"]) for row in rule("training_settings") if row["setting"] == "completion_share")
    starts = {row["id"]: oracle.as_time(row["starts_at"]) for row in latest("training.session")}
    came: dict[tuple[str, str], bool] = defaultdict(bool)
    done: dict[tuple[str, str], bool] = defaultdict(bool)
    for row in latest("training.registration"):
        if row["email"] and row["session_id"] in starts and starts[row["session_id"]] < END:
            key = row["session_id"], row["email"].lower()
            came[key] |= row["attended"] == "true"
            done[key] |= row["attended"] == "true" and (
                row["completed"] == "true" or float(row["watched_share"] or 0) >= share
            )
    unknown = built.sql(
        "select session_key, address from intermediate.int_training__registrants where customer_id is null"
    ).fetchall()
    for session, address in unknown:
        del came[session.split(":")[1], address], done[session.split(":")[1], address]
    expected: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, is_there in came.items():
        sums = expected[month_end(starts[key[0]].date())]
        sums[0], sums[1], sums[2] = sums[0] + 1, sums[1] + is_there, sums[2] + done[key]
    found: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in mart(built, "training_months"):
        sums = found[row["month_end"]]
        for n, column in enumerate(("registrant_count", "attendee_count", "completed_count")):
            sums[n] += row[column]
    assert found == expected
    assert sum(sums[0] for sums in found.values()) > 300
