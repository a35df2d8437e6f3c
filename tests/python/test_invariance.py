"""Six changes of the raw rows that must change no mart (or only what is said here), over every public mart.

(a) the rows in another order, (b) a tenth of them delivered twice, (c) later rows cut off, (d) a tool switched off,
(e) another company beside this one, (f) records deleted in their tools. What the marts are is asked of the manifest;
what is excepted is in invariance_lists.py and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import defaultdict
from collections.abc import Set
from decimal import Decimal
from pathlib import Path
from typing import Any

import harness
import numpy as np
import pyarrow as pa
import pytest
from harness import ABSENT, TOOLS, Build, Difference, Mart, Row, Workbench, differences, report
from invariance_lists import (
    ADDITIVE,
    COMBINED_COLUMNS,
    KNOWN_LATER,
    MAY_BE_EMPTY,
    NOT_ADDED,
    OF_ALL_TOOLS,
    OF_THE_POPULATION,
    OVERWRITTEN_COLUMNS,
    OVERWRITTEN_KEYS,
    OVERWRITTEN_ONLY_IN,
    OVERWRITTEN_ROWS,
    OVERWRITTEN_WITHIN_DAYS,
    POPULATION_COLUMNS,
    ROWS_ALSO_FROM,
    TOTALS,
)
from oracle_revenue import as_time

#: Seldom oddities need a larger company: CUSTOMER360_INVARIANCE_CUSTOMERS=1000 CUSTOMER360_INVARIANCE_SEED=3 pytest ...
CUSTOMERS = int(os.environ.get("CUSTOMER360_INVARIANCE_CUSTOMERS", "120"))
SEED = int(os.environ.get("CUSTOMER360_INVARIANCE_SEED", "11"))
MONTHS, LAST_DAY = 18, "2025-10-31"
#: No end of a month, and early enough that much is changed, deleted and merged after it.
EARLIER_DAY = os.environ.get("CUSTOMER360_INVARIANCE_DAY", "2025-03-18")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    # so few customers would have no model of churn
    settings = {"churn_settings": {"min_churners": 4, "min_training_months": 3}}
    return Workbench(tmp_path_factory.mktemp("invariance"), settings)


@pytest.fixture(scope="module")
def company(bench: Workbench) -> Path:
    """A small company's export of its last day."""
    return harness.simulate(bench.folder / "raw" / "company", customers=CUSTOMERS, months=MONTHS, seed=SEED)


@pytest.fixture(scope="module")
def as_is(bench: Workbench, company: Path) -> Build:
    """The company's marts: what the others are compared with."""
    return bench.build("as_is", company, as_of=LAST_DAY)


# ---------------------------------------------------------------- the comparison itself


def test_every_mart_is_compared_and_holds_something(as_is: Build) -> None:
    """An empty mart would pass every comparison; a mart without a key could not be compared row by row."""
    assert {"customers", "customer_sources", "customer_timeline", "row_accounting"} <= {
        each.name for each in as_is.marts
    }
    empty = {mart.name for mart in as_is.marts if not as_is.table(mart).num_rows}
    assert empty <= MAY_BE_EMPTY
    assert [mart.name for mart in as_is.marts if not mart.key] == []


def test_the_lists_name_what_there_is(as_is: Build) -> None:
    keys = {mart: (column,) for mart, column in OVERWRITTEN_KEYS.items()}
    columns = (KNOWN_LATER, OVERWRITTEN_COLUMNS, OVERWRITTEN_ONLY_IN, COMBINED_COLUMNS, POPULATION_COLUMNS, NOT_ADDED)
    for listed in (keys, *columns):
        harness.assert_listed_exist(as_is.marts, listed)
    for names in (
        OF_ALL_TOOLS,
        OF_THE_POPULATION,
        TOTALS,
        ADDITIVE,
        ROWS_ALSO_FROM,
        OVERWRITTEN_WITHIN_DAYS,
        OVERWRITTEN_ROWS,
    ):
        harness.assert_listed_exist(as_is.marts, dict.fromkeys(names, ()))


def test_a_changed_value_a_lost_row_and_a_new_row_are_found() -> None:
    """The comparison fails when it should."""
    mart = Mart("m", ("k",), ("k", "v"), frozenset())
    left = [{"k": 1, "v": 1.0}, {"k": 2, "v": None}, {"k": 3, "v": "a"}]
    right = [{"k": 1, "v": 1.0 + 1e-12}, {"k": 2, "v": 0}, {"k": 4, "v": "a"}]
    assert differences(mart, left, right) == [
        Difference("m", (3,), "(row)", "a row", ABSENT),
        Difference("m", (4,), "(row)", ABSENT, "a row"),
        Difference("m", (2,), "v", None, 0),
    ]


# ---------------------------------------------------------------- (a) (b) order and redelivery


def test_a_shuffled_rows(bench: Workbench, company: Path, as_is: Build) -> None:
    raw = harness.shuffled(company, bench.folder / "raw" / "shuffled", seed=3)
    harness.assert_same(as_is, bench.build("shuffled", raw, as_of=LAST_DAY))


def test_b_a_tenth_delivered_twice(bench: Workbench, company: Path, as_is: Build) -> None:
    """Redelivery adds duplicates and nothing else."""
    raw = harness.with_redeliveries(
        company, bench.folder / "raw" / "twice", share=0.1, last_instant=harness.last_instant(LAST_DAY), seed=4
    )
    twice = bench.build("twice", raw, as_of=LAST_DAY)
    counted = {"row_accounting": dict.fromkeys(("rows_in", "duplicate_rows"), "this is what redelivery adds")}
    harness.assert_same(as_is, twice, except_columns=counted)
    added = "select sum(rows_in), sum(duplicate_rows) from marts.row_accounting"
    (rows, duplicates), (rows_twice, duplicates_twice) = as_is.ask(added)[0], twice.ask(added)[0]
    assert rows_twice - rows == duplicates_twice - duplicates > 0.05 * rows


# ---------------------------------------------------------------- (c) no later row


def test_c_the_export_of_an_earlier_day(bench: Workbench, company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Built as of a day, today's export gives what that day's export gives."""
    then = harness.simulate(
        bench.folder / "raw" / "then", customers=CUSTOMERS, months=MONTHS, seed=SEED, until=EARLIER_DAY
    )
    from_then = bench.build("from_then", then, as_of=EARLIER_DAY)
    from_now = bench.build("from_now", company, as_of=EARLIER_DAY)
    found = [
        each for mart in from_then.marts for each in differences(mart, from_then.table(mart), from_now.table(mart))
    ]
    leaks = [each for each in found if not _is_overwritten(each)]
    with capsys.disabled():
        compared = sum(from_then.table(mart).num_rows * len(mart.columns) for mart in from_then.marts)
        overwritten = len(found) - len(leaks)
        print(f"\nas of {EARLIER_DAY}: {overwritten} of {compared} values are overwritten ones, {len(leaks)} leak")
    assert not leaks, f"that day's export | today's export: {report(leaks)}"


def _is_overwritten(each: Difference) -> bool:
    if any(part in OVERWRITTEN_ROWS.get(each.mart, ()) for part in each.key):
        return True
    column = OVERWRITTEN_KEYS.get(each.mart, each.column) if each.column == "(row)" else each.column
    if column not in OVERWRITTEN_COLUMNS.get(each.mart, ()):
        return False
    days = OVERWRITTEN_WITHIN_DAYS.get(each.mart)
    if days is not None:
        settled = dt.date.fromisoformat(EARLIER_DAY) - dt.timedelta(days=days)
        if any(part < settled for part in each.key if isinstance(part, dt.date)):
            return False
    return str(each.key[0]).startswith(OVERWRITTEN_ONLY_IN.get(each.mart, {}).get(column, ""))


# ---------------------------------------------------------------- (d) a tool switched off

#: The records of companies and people, and the cluster that each belongs to.
CUSTOMER_OF_COMPANY = "select record_key, customer_id from marts.customer_sources"
CUSTOMER_OF_PERSON = (
    "select person_key, customer_id from intermediate.int_identity__people where customer_id is not null"
)
PERSON_OF_PERSON = "select person_key, person_id from intermediate.int_identity__people where person_id is not null"
CLUSTER_ID = re.compile(r"\b(?:cus|per)_[0-9a-f]{16}\b")
#: Columns with the id that a record would have alone, which no other record changes.
OWN_IDS = ("alias_id",)


class Renamed:
    """The clusters of all tools and what they are called with one tool less.

    A cluster's id comes from its earliest record, so it may change with the tool that held it; records may fall apart
    that only the tool's records held together; and records that are all deleted are a customer only while there are
    facts. Compared are the clusters whose records that are left, companies and people, are all still together with no
    other one; `ids` tells their new name.
    """

    def __init__(self, whole: Build, part: Build, tool: str) -> None:
        companies, staff, people = (
            [dict(build.ask(sql)) for build in (whole, part)]
            for sql in (CUSTOMER_OF_COMPANY, CUSTOMER_OF_PERSON, PERSON_OF_PERSON)
        )
        everyone = companies[0].keys() | companies[1].keys() | people[0].keys() | people[1].keys()
        records = {each for each in everyone if not each.startswith(f"{tool}.")}
        self.together = _renamed(*(_members(records, each) for each in companies))
        customers = _renamed(*(_members(records, *both) for both in zip(companies, staff, strict=True)))
        self.left = len(_members(records, companies[0]))
        self.customers = len(customers)
        self.ids = customers | _renamed(*(_members(records, each) for each in people))
        self.known = set(self.ids.values())


def _members(records: Set[str], *clusters: dict[str, str]) -> dict[str, frozenset[str]]:
    """Cluster -> those of its records that are among `records`."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in clusters:
        for record, cluster in each.items():
            if record in records:
                found[cluster].add(record)
    return {cluster: frozenset(members) for cluster, members in found.items()}


def _renamed(whole: dict[str, frozenset[str]], part: dict[str, frozenset[str]]) -> dict[str, str]:
    cluster_of = {members: cluster for cluster, members in part.items()}
    return {cluster: cluster_of[members] for cluster, members in whole.items() if members in cluster_of}


#: Stands for an id of a cluster that is not compared.
UNKNOWN = "(another cluster)"


class OneToolLess:
    """Compares the marts of all tools with those of one tool less, for the clusters that both know alike."""

    def __init__(self, tool: str, renamed: Renamed) -> None:
        self.tool, self.renamed = tool, renamed

    def compare(self, mart: Mart, whole: list[dict[str, Any]], part: list[dict[str, Any]]) -> list[Difference]:
        """Values that are neither the same nor null, rows that should be gone, and rows that should not."""
        if mart.name in OF_ALL_TOOLS or mart.name in OF_THE_POPULATION or mart.name in TOTALS:
            return []
        if mart.fact_tools == {self.tool}:
            return [Difference(mart.name, (), "(rows)", "rows of this tool alone", len(part))] if part else []
        left_over = [row for row in part if self._is_of_the_tool(row)]
        rows = [self._with_new_ids(row) for row in whole if not self._is_of_the_tool(row)]
        # rows of a cluster that is not compared, and the same rows under another customer's name
        apart = {self._key(mart, row) for row in rows if not self._is_compared(mart, row)}
        apart |= {self._key(mart, row) for row in part if not self._is_known(mart, row)}
        compared = differences(
            mart,
            [row for row in rows if self._key(mart, row) not in apart],
            [row for row in part if not self._is_of_the_tool(row) and self._key(mart, row) not in apart],
            except_columns=(*COMBINED_COLUMNS.get(mart.name, ()), *POPULATION_COLUMNS.get(mart.name, ())),
            same=lambda column, before, after: after is None or UNKNOWN in str(before),
        )
        # a row that may have been there for the sake of the tool that is gone
        may_go = "source_system" not in mart.columns and (
            self.tool in mart.fact_tools or self.tool in ROWS_ALSO_FROM.get(mart.name, ())
        )
        found = [each for each in compared if not (may_go and each.column == "(row)" and each.right == ABSENT)]
        return found + [
            Difference(mart.name, self._key(mart, row), "(row)", ABSENT, "a row of the tool") for row in left_over
        ]

    @staticmethod
    def _key(mart: Mart, row: dict[str, Any]) -> Row:
        return tuple(row[column] for column in mart.key)

    def _is_of_the_tool(self, row: dict[str, Any]) -> bool:
        record = row.get("record_key") or ""
        return row.get("source_system") == self.tool or record.startswith(f"{self.tool}.")

    def _with_new_ids(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            column: CLUSTER_ID.sub(lambda found: self.renamed.ids.get(found[0], UNKNOWN), value)
            if isinstance(value, str) and column not in OWN_IDS
            else value
            for column, value in row.items()
        }

    def _is_compared(self, mart: Mart, row: dict[str, Any]) -> bool:
        return not any(UNKNOWN in str(row.get(column)) for column in (*mart.key, "customer_id"))

    def _is_known(self, mart: Mart, row: dict[str, Any]) -> bool:
        ids = [row.get(column) for column in (*mart.key, "customer_id") if column not in OWN_IDS]
        return all(
            found in self.renamed.known
            for value in ids
            if isinstance(value, str)
            for found in CLUSTER_ID.findall(value)
        )


@pytest.mark.parametrize("tool", TOOLS)
def test_d_a_tool_switched_off(
    tool: str, bench: Workbench, company: Path, as_is: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is left is the same or null, what only that tool feeds is gone, and nothing is zero that was not."""
    without = bench.build(f"without_{tool}", company, as_of=LAST_DAY, tools=[each for each in TOOLS if each != tool])
    renamed = Renamed(as_is, without, tool)
    together, compared = len(renamed.together) / renamed.left, renamed.customers / renamed.left
    with capsys.disabled():
        print(
            f"\nwithout {tool}: of {renamed.left} customers {together:.0%} keep their company records together,"
            f" {compared:.0%} also their people, and are compared"
        )
    comparison = OneToolLess(tool, renamed)
    found = [each for mart in as_is.marts for each in comparison.compare(mart, as_is.rows(mart), without.rows(mart))]
    assert not found, f"all tools | without {tool}: {report(found)}"
    assert compared > 0.7


# ---------------------------------------------------------------- (e) two companies in one


def test_e_two_companies_together(bench: Workbench, company: Path, as_is: Build) -> None:
    """Two companies that share nobody, built together, are both as they are alone."""
    raw = bench.folder / "raw"
    neighbour = harness.simulate(raw / "neighbour", customers=CUSTOMERS, months=MONTHS, seed=SEED + 1)
    other = harness.in_other_streets(neighbour, raw / "other", "Elsewhere")
    alone = bench.build("other", other, as_of=LAST_DAY)
    both = bench.build("both", harness.together([company, other], raw / "both"), as_of=LAST_DAY)
    found: list[Difference] = []
    for mart in both.marts:
        if mart.name in OF_THE_POPULATION:
            continue
        rows = as_is.rows(mart) + alone.rows(mart)
        expected = _summed(mart, rows) if mart.name in ADDITIVE else rows
        found += differences(mart, expected, both.rows(mart), except_columns=_not_compared(mart))
    assert not found, f"each alone | together: {report(found)}"


def _not_compared(mart: Mart) -> tuple[str, ...]:
    """Columns that are neither each company's own nor the sum of both."""
    return (*NOT_ADDED.get(mart.name, ()), *POPULATION_COLUMNS.get(mart.name, ()))


def _summed(mart: Mart, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the same key as one, their other numbers added up."""
    numbers = (int, float, Decimal)
    kept = (*mart.key, *NOT_ADDED.get(mart.name, ()))
    sums: dict[Row, dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[column] for column in mart.key)
        if key in sums:
            sums[key] |= {
                name: sums[key][name] + value
                for name, value in row.items()
                if name not in kept and isinstance(value, numbers) and not isinstance(value, bool)
            }
        else:
            sums[key] = dict(row)
    return list(sums.values())


# ---------------------------------------------------------------- (f) cleaning up

CLEANED_ON = dt.datetime(2025, 9, 15, 12)
#: Tables of records and of facts, with the flag of a delete and the column that says when the fact happened.
RECORDS = {
    ("salesforce", "account"): "is_deleted",
    ("salesforce", "contact"): "is_deleted",
    ("stripe", "customer"): "is_deleted",
    ("zendesk", "organization"): "_fivetran_deleted",
}
FACTS = {
    ("salesforce", "opportunity"): ("is_deleted", "created_date"),
    ("salesforce", "task"): ("is_deleted", "completed_date_time"),
    ("salesforce", "event"): ("is_deleted", "start_date_time"),
    ("salesforce", "email_message"): ("is_deleted", "message_date"),
    ("zendesk", "ticket"): ("status", "created_at"),
}
CATALOGUE = {("stripe", "plan"): "is_deleted", ("stripe", "price"): "is_deleted", ("stripe", "product"): "is_deleted"}


def _cleaned_up(source: Path, target: Path, gone: Set[str]) -> Path:
    """The export after a day on which some customers, a fifth of the older facts and all plans were deleted."""
    chance = np.random.default_rng(5)
    month_start = CLEANED_ON.replace(day=1, hour=0)

    def clean(tool: str, table: str, rows: pa.Table) -> pa.Table:
        flag, happened = RECORDS.get((tool, table)) or CATALOGUE.get((tool, table)), None
        if (tool, table) in FACTS:
            flag, happened = FACTS[tool, table]
        if flag is None:
            return rows
        changed = rows.to_pylist()
        for row, dice in zip(changed, chance.random(len(changed)), strict=True):
            if happened:
                moment = as_time(row[happened])
                is_gone = moment is not None and moment < month_start and dice < 0.2
            elif (tool, table) in CATALOGUE:
                is_gone = True
            else:
                is_gone = f"{tool}.{table}:{str(row['id'])[: 15 if tool == 'salesforce' else 99]}" in gone
            if is_gone and str(row[flag]).lower() not in ("true", "deleted"):
                row[flag] = "deleted" if flag == "status" else True
                row |= dict.fromkeys({"system_modstamp", "updated_at", "_fivetran_synced"} & row.keys(), CLEANED_ON)
        return pa.Table.from_pylist(changed, schema=rows.schema)

    return harness.transform(source, target, clean)


def test_f_cleaning_up_restates_no_closed_month(
    bench: Workbench, company: Path, as_is: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    """Deleting records and facts, half of the customers as a whole, leaves the months before as they were."""
    records = as_is.ask("select customer_id, record_key from marts.customer_sources")
    # of records that are deleted already one may be deleted later than the day of cleaning up, and speak until then
    some_deleted = {
        customer for (customer,) in as_is.ask("select customer_id from marts.customer_sources where is_deleted")
    }
    customers = {customer for customer, _ in records if int(customer[-1], 16) % 2} - some_deleted
    gone = {record for customer, record in records if customer in customers}
    contacts = as_is.ask(
        "select customer_id, person_key from intermediate.int_identity__people where source_system = 'salesforce'"
    )
    gone |= {person for customer, person in contacts if customer in customers}
    cleaned = bench.build("cleaned", _cleaned_up(company, bench.folder / "raw" / "cleaned", gone), as_of=LAST_DAY)
    last_closed = CLEANED_ON.date().replace(day=1)
    found, compared = [], 0
    for mart in as_is.marts:
        if "month_end" not in mart.key:
            continue
        before, after = (
            [row for row in build.rows(mart) if row["month_end"] < last_closed] for build in (as_is, cleaned)
        )
        compared += len(before)
        found += differences(mart, before, after, except_columns=KNOWN_LATER.get(mart.name, ()))
    deleted = [row for row in cleaned.rows("customers") if row["is_deleted"]]
    with capsys.disabled():
        print(f"\ncleaned up on {CLEANED_ON:%d %B}: {len(deleted)} customers gone, {compared} rows of months compared")
    assert not found, f"not cleaned up | cleaned up: {report(found)}"
    assert len(deleted) > 10
    assert any(row["first_mrr_date"] for row in deleted)
    assert not [row for row in deleted if row["mrr"] or row["open_action_count"] or row["health_score"] is not None]
