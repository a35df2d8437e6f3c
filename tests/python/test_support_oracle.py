"""The support marts against a second computation from the raw rows.

The second computation (`oracle_support`) is plain Python; its clock is tested by hand first.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import harness
import oracle_support as oracle
import pytest

from customer360.project import ROOT

Say = Callable[[str], None]
LAST_DAY = dt.date(2026, 10, 31)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Prints past pytest's capture."""

    def aloud(text: str) -> None:
        with capsys.disabled():
            print(text)

    return aloud


# ---------------------------------------------------------------- the oracle by hand


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        ("2026-01-05 09:00", "2026-01-05 10:30", 90),  # 10:00 to 11:30 in Berlin
        ("2026-01-05 23:00", "2026-01-06 08:00", 0),  # a night
        ("2026-01-02 15:00", "2026-01-05 08:30", 90),  # a weekend: one hour on Friday, half an hour on Monday
        ("2026-03-27 15:30", "2026-03-30 07:30", 60),  # spring: 16:30 to 17:00, 09:00 to 09:30
        ("2026-10-23 14:30", "2026-10-26 08:30", 60),  # autumn
        ("2026-05-01 08:00", "2026-05-01 12:00", 0),  # a holiday
    ],
)
def test_the_oracles_clock(begin: str, end: str, minutes: int) -> None:
    week = [(day * 1440 + 540, day * 1440 + 1020) for day in range(1, 6)]
    berlin = oracle.Schedule("s", ZoneInfo("Europe/Berlin"), None, week, {dt.date(2026, 5, 1)})
    assert berlin.minutes(at(begin), at(end)) == minutes


def test_the_oracles_longest_and_shortest_day() -> None:
    sundays = oracle.Schedule("s", ZoneInfo("Europe/Berlin"), None, [(0, 1440)])
    assert sundays.minutes(at("2026-03-28"), at("2026-03-31")) == 23 * 60
    assert sundays.minutes(at("2026-10-24"), at("2026-10-27")) == 25 * 60


def test_the_oracles_topic() -> None:
    assert oracle.topic_of("AW: Re:  Über-Größe?!", {"re", "aw"}) == "uber grosse"
    assert oracle.topic_of("Re: ", {"re"}) is None


# ---------------------------------------------------------------- the marts against the oracle


@dataclass
class Case:
    """A build, and the help desk's raw rows that it was built from."""

    connection: duckdb.DuckDBPyConnection
    desk: oracle.Desk

    def mart(self, name: str) -> list[dict[str, Any]]:
        """The rows of a mart."""
        return self.connection.execute(f"from marts.{name}").to_arrow_table().to_pylist()

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["source_id"]: row for row in self.mart("ticket_metrics")}

    @cached_property
    def expected(self) -> dict[str, dict[str, Any]]:
        customers = {ident: row["customer_id"] or row["person_id"] for ident, row in self.rows.items()}
        return oracle.ticket_metrics(self.desk, customers)


@pytest.fixture(scope="session")
def demo_case(built: duckdb.DuckDBPyConnection) -> Case:
    return Case(built, oracle.read_demo(ROOT, LAST_DAY))


@pytest.fixture(scope="session")
def case2000(built2000: harness.Build, sim2000: Path) -> Case:
    return Case(built2000.connect(), oracle.read_files(sim2000, ROOT, LAST_DAY))


@pytest.fixture(params=["demo_case", "case2000"])
def case(request: pytest.FixtureRequest) -> Case:
    return request.getfixturevalue(request.param)


def test_every_ticket(case: Case, say: Say) -> None:
    assert case.rows.keys() == case.expected.keys()
    wrong = [
        harness.Difference("ticket_metrics", (ident,), column, value, case.rows[ident][column])
        for ident, row in case.expected.items()
        for column, value in row.items()
        if case.rows[ident][column] != value
    ]
    columns = len(next(iter(case.expected.values())))
    say(f"\nticket_metrics: {len(case.expected)} tickets, {columns} columns, {len(wrong)} differences")
    assert not wrong, "expected | mart: " + harness.report(wrong)


def test_the_tickets_have_what_can_go_wrong(case: Case, say: Say) -> None:
    """A comparison of tickets of one kind would prove little."""
    rows = case.rows.values()
    users = {row["id"]: row for row in case.desk["user"]}
    left = {ident for ident in oracle.staff(case.desk) if not oracle.is_agents(users.get(ident, {}))}
    answered_by_left = {row["ticket_id"] for row in case.desk["ticket_comment"] if row["user_id"] in left}
    changed = Counter(
        (row["ticket_id"], row["field_name"], row["updated"]) for row in case.desk["ticket_field_history"]
    )
    in_one_second = {ident for (ident, *_), changes in changed.items() if changes > 1}
    put_on = Counter(row["ticket_id"] for row in case.desk["ticket_schedule"])
    counts = Counter(
        name
        for row in rows
        for name, holds in {
            "unreplied": row["is_unreplied"],
            "replied": row["is_unreplied"] is False,
            "merged": not row["is_counted"],
            "reopened": (row["reopen_count"] or 0) > 0,
            "by agent": row["is_opened_by_agent"],
            "raised priority": row["priority"] != row["sla_priority"],
            "other group": (row["group_handovers"] or 0) > 0,
            "provisional": row["is_fcr_provisional"],
            "recontacted in time": row["is_fcr"] is False,
            "answered out of hours": row["first_reply_business_minutes"] == 0,
            "by somebody who left": row["source_id"] in answered_by_left,
            "requester gone": row["requester_key"] and row["requester_key"].partition(":")[2] not in users,
            "changes in one second": row["source_id"] in in_one_second,
            "moved to another schedule": put_on[row["source_id"]] > 1,
            "over a change of the clocks": any(
                row["first_solved_at"] and row["created_at"].date() < day <= row["first_solved_at"].date()
                for day in (dt.date(2025, 3, 30), dt.date(2025, 10, 26), dt.date(2026, 3, 29), dt.date(2026, 10, 25))
            ),
        }.items()
        if holds
    )
    say(f"\nof {len(rows)} tickets: {dict(counts)}")
    assert len(counts) == 15
    assert min(counts.values()) >= 3


def test_replies_are_those_that_were_made(case2000: Case, sim2000: Path, say: Say) -> None:
    """The simulator knows who answered when; its agents who left are customers by their role of today."""
    true: dict[str, list[dt.datetime]] = {}
    for row in oracle.read_table(sim2000 / "truth/replies.parquet"):
        true.setdefault(row["ticket_id"], []).append(row["replied_at"])
    # a comment may be delivered eight days late
    known = {ident: when for ident, when in true.items() if max(when).date() < LAST_DAY - dt.timedelta(days=9)}
    wrong = {
        ident: (len(when), case2000.rows[ident]["reply_count"])
        for ident, when in known.items()
        if case2000.rows[ident]["reply_count"] != len(when) or case2000.rows[ident]["first_replied_at"] != min(when)
    }
    say(f"\n{len(known)} answered tickets, {len(wrong)} with other replies than were made")
    assert not wrong
    staff = {row["user_id"] for row in oracle.read_table(sim2000 / "truth/staff.parquet")}
    agents = dict(
        case2000.connection.execute("select user_id, is_automation from intermediate.int_support_agents").fetchall()
    )
    assert {ident for ident, is_automation in agents.items() if not is_automation} == staff


def test_months(case: Case, say: Say) -> None:
    created = {ident: row["created_at"] for ident, row in case.rows.items()}
    expected = oracle.months(case.desk, case.expected, created)
    rows = {row["month_end"]: row for row in case.mart("support_months")}
    wrong = [
        harness.Difference("support_months", (end,), column, value, rows[end][column])
        for end, month in expected.items()
        for column, value in month.items()
        if rows[end][column] != value
    ]
    say(f"\nsupport_months: {len(rows)} months, {sum(map(len, expected.values()))} values, {len(wrong)} differences")
    assert rows.keys() == expected.keys()
    assert not wrong, "expected | mart: " + harness.report(wrong)


def test_customers_add_up_to_the_company(case: Case) -> None:
    """With the tickets of nobody, which are in the company's months only."""
    columns = [
        column for column in case.mart("support_months")[0] if column.endswith(("_tickets", "_minutes", "_count"))
    ]
    assert len(columns) == 28
    sums = ", ".join(f"sum({column}) as {column}" for column in columns)
    differences = case.connection.execute(
        f"""
        with parts as (
            select month_end, {sums} from (
                select month_end, {", ".join(columns)} from marts.support_customer_months
                union all by name
                select month_end, {", ".join(columns)} from intermediate.int_support_months where customer_id is null
            )
            group by month_end
        )
        (select month_end, {", ".join(columns)} from marts.support_months except from parts)
        union all (from parts except select month_end, {", ".join(columns)} from marts.support_months)
        """
    ).fetchall()
    assert differences == []
