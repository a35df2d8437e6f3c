"""Activation and time to first value once more, in plain Python from the raw rows.

Which raw record belongs to which customer is taken from customer_sources (who is who has its own tests), the days of
the first recurring revenue from the revenue oracle. Days, people, windows and medians are counted here by other means.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import oracle_revenue as oracle
import pytest

from customer360.project import ROOT

LAST_DAY = dt.date(2026, 10, 31)
Uses = dict[str, list[tuple[dt.date, str]]]


def first_value(uses: list[tuple[dt.date, str]], days: int, people: int) -> dt.date | None:
    """The first day by which the uses lie on so many days and are by so many people."""
    for day in sorted({when for when, _ in uses}):
        so_far = [each for each in uses if each[0] <= day]
        if len({when for when, _ in so_far}) >= days and len({who for _, who in so_far}) >= people:
            return day
    return None


def status(start: dt.date, reached: dt.date | None, window: int, last_day: dt.date) -> str:
    """What the customer is: the window's last day counts, and an open window is no failure."""
    if reached and (reached - start).days <= window:
        return "activated"
    if (last_day - start).days < window:
        return "open"
    return "activated_late" if reached else "not_activated"


def test_the_oracle_by_hand() -> None:
    day = [dt.date(2025, 1, n) for n in range(1, 10)]
    assert first_value([(day[0], "a"), (day[0], "b"), (day[4], "a")], 2, 2) == day[4]
    assert first_value([(day[0], "a"), (day[1], "a"), (day[5], "b")], 2, 2) == day[5]
    assert first_value([(day[0], "a"), (day[1], "a")], 2, 2) is None
    start = dt.date(2025, 1, 1)
    assert status(start, dt.date(2025, 1, 31), 30, LAST_DAY) == "activated"
    assert status(start, dt.date(2025, 2, 1), 30, LAST_DAY) == "activated_late"
    assert status(start, None, 30, dt.date(2025, 1, 30)) == "open"
    assert status(start, None, 30, dt.date(2025, 1, 31)) == "not_activated"


def raw(folder: Path | None, table: str) -> Iterator[dict[str, str]]:
    """The rows of a table of a Parquet folder, or of a demo seed, as text."""
    tool, _, name = table.partition(".")
    file = folder / tool / f"{name}.parquet" if folder else ROOT / f"seeds/demo/{tool}/{tool}__{name}.csv"
    for row in oracle.read_table(file):
        yield {column: "" if value is None else str(value) for column, value in row.items()}


def rule(seed: str) -> list[dict[str, str]]:
    """The rows of a rule seed."""
    with (ROOT / f"seeds/rules/{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Onboarding:
    """What the raw rows say."""

    def __init__(self, built: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
        self.folder = folder
        self.owner = dict(built.sql("select record_key, customer_id from marts.customer_sources").fetchall())
        versions = [
            row for row in raw(folder, "pendo.visitor_history") if row["id"] and oracle.as_time(row["last_updated_at"])
        ]
        versions.sort(key=lambda row: (oracle.as_time(row["last_updated_at"]), row["_fivetran_synced"]))
        self.account = {row["id"]: row["account_id"] for row in versions}
        features = [row for row in raw(folder, "pendo.feature_history") if row["id"]]
        features.sort(key=lambda row: oracle.as_time(row["last_updated_at"]))
        latest = {row["id"]: row["is_core_event"].lower() == "true" for row in features}
        self.core = {feature for feature, is_core in latest.items() if is_core}
        self.uses = self._uses("pendo.event")
        self.core_uses = self._uses("pendo.feature_event", self.core)
        rates = oracle.read_rates(ROOT / "seeds/rules/exchange_rates.csv")
        payers = {key.split(":", 1)[1]: who for key, who in self.owner.items() if key.startswith("stripe.customer:")}
        books = oracle.read_files(folder, ROOT, LAST_DAY) if folder else oracle.read_demo(ROOT, LAST_DAY)
        moves = oracle.movements(oracle.mrr_by_day(books, payers), rates, LAST_DAY)
        self.first_mrr: dict[str, dt.date] = {}
        for move in moves:
            if move.kind == "new":
                self.first_mrr[move.customer] = min(move.day, self.first_mrr.get(move.customer, move.day))
        in_product = {key.split(":", 1)[1] for key in self.owner if key.startswith("pendo.account:")}
        self.in_product = {self.owner[f"pendo.account:{account}"] for account in in_product}

    def _uses(self, table: str, features: set[str] | None = None) -> Uses:
        """Customer -> (day, person) of the rows that can be used; the person has to be known."""
        found: dict[str, set[tuple[dt.date, str]]] = defaultdict(set)
        for row in raw(self.folder, table):
            when = oracle.as_time(row["timestamp"])
            if (
                not row["_fivetran_id"]
                or when is None
                or when.date() > LAST_DAY
                or row["visitor_id"] not in self.account
            ):
                continue
            if features is not None and row["feature_id"] not in features:
                continue
            customer = self.owner.get(f"pendo.account:{row['account_id'] or self.account[row['visitor_id']]}")
            if customer:
                found[customer].add((when.date(), row["visitor_id"]))
        return {customer: sorted(uses) for customer, uses in found.items()}

    def customers(self) -> dict[str, dict[str, Any]]:
        """What onboarding_customers should hold."""
        step = next(row for row in rule("onboarding_steps") if row["is_activation"] == "true")
        assert step["kind"] == "core_feature"
        settings = {row["setting"]: int(row["value"]) for row in rule("onboarding_settings")}
        window = settings["activation_window_days"]
        found = {}
        for customer in self.first_mrr.keys() | self.uses.keys():
            used = self.uses[customer][0][0] if customer in self.uses else None
            start = min(day for day in (self.first_mrr.get(customer), used) if day)
            reached = first_value(self.core_uses.get(customer, []), int(step["min_days"]), int(step["min_people"]))
            known = customer in self.in_product
            found[customer] = {
                "first_mrr_date": self.first_mrr.get(customer),
                "first_use_date": used,
                "start_date": start,
                "activated_date": reached,
                "days_to_first_value": (reached - start).days if reached else None,
                "activation_status": status(start, reached, window, LAST_DAY) if known else "not_in_product",
                "is_censored": (LAST_DAY - start).days < window,
            }
        return found


Case = tuple[duckdb.DuckDBPyConnection, Onboarding]


@pytest.fixture(scope="module", params=["the demo", "2,000 customers"])
def case(request: pytest.FixtureRequest) -> Case:
    """A build, and what its raw rows say."""
    if request.param == "the demo":
        built = request.getfixturevalue("built")
        return built, Onboarding(built, None)
    built = request.getfixturevalue("built2000").connect()
    return built, Onboarding(built, request.getfixturevalue("sim2000"))


def mart(built: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    return built.sql(f"from marts.{name}").to_arrow_table().to_pylist()


def test_every_customer(case: Case) -> None:
    built, truth = case
    expected = truth.customers()
    rows = {row["customer_id"]: row for row in mart(built, "onboarding_customers")}
    assert rows.keys() == expected.keys()
    found = {customer: {column: rows[customer][column] for column in expected[customer]} for customer in expected}
    assert [(c, found[c], expected[c]) for c in expected if found[c] != expected[c]] == []
    kinds = {row["activation_status"] for row in expected.values()}
    assert kinds == {"activated", "activated_late", "not_activated", "open", "not_in_product"}


def test_every_cohort(case: Case) -> None:
    built, truth = case
    cohorts: dict[dt.date, list[dict[str, Any]]] = defaultdict(list)
    for row in truth.customers().values():
        cohorts[oracle.month_ends(row["start_date"], LAST_DAY)[0]].append(row)
    rows = {row["cohort_month_end"]: row for row in mart(built, "onboarding_cohorts")}
    assert rows.keys() == cohorts.keys()
    for month, members in cohorts.items():
        mature = [m for m in members if m["activation_status"] != "not_in_product" and not m["is_censored"]]
        reached = [m["days_to_first_value"] for m in mature if m["activated_date"]]
        quick = sum(m["activation_status"] == "activated" for m in mature)
        row = rows[month]
        assert (row["customer_count"], row["mature_count"]) == (len(members), len(mature)), month
        assert (row["activated_count"], row["reached_count"]) == (quick, len(reached)), month
        assert row["activation_rate"] == (pytest.approx(quick / len(mature)) if mature else None), month
        assert row["median_days_to_first_value"] == (median(reached) if reached else None), month
        assert row["is_provisional"] == any(m["is_censored"] for m in members), month
        assert row["is_start_known"] == (month > min(cohorts)), month
