"""usage_months against a second computation from the raw rows, `oracle_usage`, which is tested by hand first."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import harness
import oracle_usage as oracle
import pytest

from customer360.project import ROOT

F = Fraction
LAST_DAY = dt.date(2026, 10, 31)
#: No end of a month, so that its window reaches back into the month before; and days of another time zone.
ODD_DAY, ODD_ZONE = dt.date(2026, 3, 11), "America/New_York"


# ---------------------------------------------------------------- the oracle by hand


def by_hand(*visits: tuple[str, str, int], last_day: str) -> dict[str, dict[str, Any]]:
    """The months of the customer `c`, from (visitor, time, events); visitors a1 and a2 are one person."""
    raw: dict[str, list[dict[str, Any]]] = {"feature_event": [], "feature_history": []}
    raw["event"] = [
        {
            "_fivetran_id": str(number),
            "_fivetran_synced": f"{time[:10]} 23:59:30",
            "account_id": "acc",
            "visitor_id": visitor,
            "timestamp": time,
            "num_events": str(events),
            "num_minutes": "10",
        }
        for number, (visitor, time, events) in enumerate(visits)
    ]
    raw["visitor_history"] = [
        {"id": each, "last_updated_at": "2020-01-01 10:00:00"} for each in {visitor for visitor, _, _ in visits}
    ]
    who = oracle.Who({"acc": "c"}, {}, {"a1": "a", "a2": "a"})
    months = oracle.customer_months(oracle.keep(raw.__getitem__, ROOT, dt.date.fromisoformat(last_day), who))
    return {str(end): row for (_, end), row in months.items()}


def picked(row: dict[str, Any], *columns: str) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


def test_two_records_of_a_person_on_a_day_are_one_user() -> None:
    months = by_hand(("a1", "2025-05-01 10:00", 1), ("a2", "2025-05-01 12:00", 2), last_day="2025-05-31")
    assert picked(months["2025-05-31"], "active_users", "user_days", "events", "active_minutes") == (1, 1, 3, 20)
    assert picked(months["2025-05-31"], "mau", "mean_dau") == (0, 0)  # the window opens on 4 May


def test_users_go_and_come_back() -> None:
    months = by_hand(
        ("a1", "2025-01-20 10:00", 1),
        ("b", "2025-01-20 10:00", 1),
        ("b", "2025-02-20 10:00", 1),
        ("a2", "2025-03-20 10:00", 1),
        ("d", "2025-03-20 10:00", 1),
        last_day="2025-04-10",
    )
    columns = ("opening_users", "new_users", "returning_users", "resurrected_users", "dormant_users", "active_users")
    assert [picked(row, *columns) for row in months.values()] == [
        (0, 2, 0, 0, 0, 2),
        (2, 0, 1, 0, 1, 1),
        (1, 1, 0, 1, 1, 2),
        (2, 0, 0, 0, 2, 0),
    ]
    assert picked(months["2025-04-10"], "wau", "mau", "mean_dau", "stickiness") == (0, 2, F(2, 28), F(1, 28))


def test_a_customer_who_stops_drops_until_that_is_typical() -> None:
    visits = [("a1", f"2025-{month:02}-{day:02} 10:00", 1) for month in range(1, 7) for day in range(10, 20)]
    months = by_hand(*visits, last_day="2025-12-31")
    assert [row["is_sudden_drop"] for row in months.values()] == [
        *(None, None, None, None, False, False),  # January's window opens before the first use
        *(True, True, True, False, False, False),  # from October on the median of six months lies between 10 and 0
    ]
    assert [row["usage_trend"] for row in list(months.values())[4:8]] == [1, 1, 0, 0]


def test_sessions_are_runs_of_hours() -> None:
    columns = ("session_count", "session_minutes", "mean_session_minutes", "single_event_sessions")
    day = [("a1", f"2025-05-05 {hour}:00", 2) for hour in ("12", "09", "10")]
    months = by_hand(*day, ("b", "2025-05-05 10:00", 1), last_day="2025-05-31")
    assert picked(months["2025-05-31"], *columns) == (3, 40, F(40, 3), 1)
    over_midnight = [("a1", "2025-05-05 23:00", 1), ("a2", "2025-05-06 00:00", 1)]
    over_the_month = [("b", "2025-05-31 23:00", 1), ("b", "2025-06-01 00:00", 1), ("b", "2025-06-01 02:00", 1)]
    months = by_hand(*over_midnight, *over_the_month, last_day="2025-06-10")
    assert [picked(row, *columns) for row in months.values()] == [(2, 40, 20, 0), (1, 10, 10, 1)]


# ---------------------------------------------------------------- the mart against it


@dataclass
class Case:
    """A company's build and the raw rows that it was made from."""

    name: str
    connection: duckdb.DuckDBPyConnection
    read: Callable[[oracle.Who], oracle.Usage]

    @property
    def who(self) -> oracle.Who:
        """Whose each account and visitor of the product is."""

        def records(sql: str) -> dict[str, str]:
            rows = self.connection.execute(sql).fetchall()
            return {key.split(":", 1)[1]: value for key, value in rows if value}

        companies = "from intermediate.int_identity__customers where record_key like 'pendo.account:%'"
        people = "from intermediate.int_identity__people where person_key like 'pendo.visitor:%'"
        return oracle.Who(
            records(f"select record_key, customer_id {companies}"),
            records(f"select person_key, customer_id {people}"),
            records(f"select person_key, person_id {people}"),
        )


@pytest.fixture(scope="session")
def demo_usage(built: duckdb.DuckDBPyConnection) -> Case:
    return Case("demo", built, lambda who: oracle.read_demo(ROOT, LAST_DAY, who))


@pytest.fixture(scope="session")
def usage2000(built2000: harness.Build, sim2000: Path) -> Case:
    read = lambda who: oracle.read_files(sim2000, ROOT, LAST_DAY, who)  # noqa: E731
    return Case(built2000.name, built2000.connect(), read)


def use_more_hours(folder: Path) -> None:
    """The simulator's people come for one hour of a day: some of them stay, come back, stay into the night."""
    file = folder / "pendo/event.parquet"
    duckdb.execute(f"""
        copy (
            from '{file}'
            union all by name
            select
                events.* replace (
                    events._fivetran_id || '+' || later as _fivetran_id,
                    events.timestamp + to_hours(later) as timestamp,
                    1 + later % 3 as num_events,
                    nullif(later, 2) as num_minutes
                )
            from (select *, row_number() over (order by _fivetran_id) as place from '{file}') as events
            cross join (from range(1, 18) as hours (later))
            where
                (place % 5 = 0 and later <= 2) or (place % 5 = 1 and later = 3)
                or (place % 5 = 2 and later = 2) or place % 35 = 3
        ) to '{folder}/event.parquet'
    """)
    (folder / "event.parquet").rename(file)


@pytest.fixture(scope="session")
def odd_usage(run_folder: Path) -> Case:
    raw = harness.made_once(
        run_folder / "usage_raw",
        lambda folder: use_more_hours(harness.simulate(folder, customers=150, months=12, seed=5)),
    )
    bench, given = harness.Workbench(run_folder / "bench_usage"), {"reporting_time_zone": ODD_ZONE}
    harness.made_once(
        bench.folder / "built",
        lambda _: bench.build("built", raw, as_of=str(ODD_DAY), variables=given, select=["+usage_months"]),
    )
    build = harness.Build("a day in March in New York", bench.file("built"), str(ODD_DAY), ())
    read = lambda who: oracle.read_files(raw, ROOT, ODD_DAY, who, ZoneInfo(ODD_ZONE))  # noqa: E731
    return Case(build.name, build.connect(), read)


@pytest.mark.parametrize("case_name", ["demo_usage", "usage2000", "odd_usage"])
def test_usage_months(case_name: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    case: Case = request.getfixturevalue(case_name)
    rows = case.connection.execute("from marts.usage_months").to_arrow_table().to_pylist()
    found = {(row["customer_id"], row["month_end"]): row for row in rows}
    usage = case.read(case.who)
    expected = oracle.customer_months(usage)
    wrong = [
        harness.Difference("usage_months", key, "(row)", key in expected, key in found)
        for key in expected.keys() ^ found.keys()
    ]
    for key in sorted(expected.keys() & found.keys()):
        for column, value in expected[key].items():
            mart = found[key][column]
            same = mart == value
            if isinstance(value, Fraction | float) and mart is not None:
                same = mart == pytest.approx(float(value), rel=1e-9, abs=1e-12)
            if not same:
                wrong.append(harness.Difference("usage_months", key, column, value, mart))
    with capsys.disabled():
        columns = len(next(iter(expected.values())))
        drops = sum(bool(row["is_sudden_drop"]) for row in rows)
        print(f"\n{case.name}: {len(expected)} months, {columns} columns, {drops} drops, {len(wrong)} differences")
        print(shapes := shapes_of_sessions(usage))
    assert len(found) == len(rows), "rows that share a key"
    assert not wrong, "expected | mart: " + harness.report(wrong)
    assert shapes["sessions"] == sum(row["session_count"] for row in rows)
    assert case_name != "odd_usage" or all(shapes.values()), "a kind of session that the rows do not hold"


def shapes_of_sessions(usage: oracle.Usage) -> dict[str, int]:
    """How many sessions there are of each kind."""
    found = [session for each in usage.sessions.values() for session in each]
    ends = [(usage.day(session.first), usage.day(session.last)) for session in found]
    return {
        "sessions": len(found),
        "of several hours": sum(session.hours > 1 for session in found),
        "over midnight": sum(first != last for first, last in ends),
        "over a month's end": sum(first.month != last.month for first, last in ends),
        "of one event": sum(session.use.events == 1 for session in found),
        "not measured": sum(session.use.minutes is None for session in found),
    }
