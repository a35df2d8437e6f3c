"""Columns of one name agree in any two marts, for the same customer on the same day.

A new mart is compared without a line here. Where one name has two meanings, rename a column; where a difference lies in
the nature of things, it is listed with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import duckdb
import pytest
from harness import Build, Mart

#: {column: {the two marts: reason}}
EXCEPTIONS: dict[str, dict[frozenset[str], str]] = {}

#: What says which customer and which day a row is about.
WHERE = ("customer_id", "month_end", "as_of_date")


@dataclass(frozen=True)
class Disagreement:
    """A column of two marts: the customer days that both know, those on which they differ, and one of these."""

    column: str
    left: str
    right: str
    compared: int
    different: int
    example: str | None


def by_customer(marts: tuple[Mart, ...]) -> tuple[Mart, ...]:
    """The marts with one row a customer and day."""
    return tuple(mart for mart in marts if set(mart.key) in ({"customer_id"}, {"customer_id", "month_end"}))


def shared_columns(left: Mart, right: Mart) -> list[str]:
    """Columns that two marts both have."""
    return [column for column in left.columns if column in right.columns and column not in WHERE]


def disagreements(connection: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], as_of: str) -> Iterator[Disagreement]:
    """Each column that two marts share, compared where both know the customer on that day."""
    for left, right in combinations(by_customer(marts), 2):
        columns = shared_columns(left, right)
        if not columns:
            continue
        # a mart without months is about as_of_date
        day_of = {
            each: f"{each.name}.month_end" if "month_end" in each.key else f"date '{as_of}'" for each in (left, right)
        }
        asked = ["count(*)"]
        for column in columns:
            mine, yours = f"{left.name}.{column}", f"{right.name}.{column}"
            seen = f"coalesce({mine}::varchar, 'null') || ' | ' || coalesce({yours}::varchar, 'null')"
            example = f"{left.name}.customer_id || ' ' || {day_of[left]} || ': ' || {seen}"
            differ = f"filter ({mine} is distinct from {yours})"
            asked += [f"count(*) {differ}", f"min({example}) {differ}"]
        compared, *found = connection.execute(
            f"select {', '.join(asked)} from marts.{left.name} inner join marts.{right.name}"
            f" on {left.name}.customer_id = {right.name}.customer_id and {day_of[left]} = {day_of[right]}"
        ).fetchone()
        for column, different, example in zip(columns, found[::2], found[1::2], strict=True):
            yield Disagreement(column, left.name, right.name, compared, different, example)


def test_columns_of_one_name_agree(built2000: Build, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, stale, values = [], {(column, pair) for column, pairs in EXCEPTIONS.items() for pair in pairs}, 0
    with built2000.connect() as connection:
        for each in disagreements(connection, built2000.marts, built2000.as_of):
            listed = (each.column, frozenset((each.left, each.right)))
            values += each.compared
            if each.different and listed in stale:
                stale.remove(listed)
            elif each.different:
                wrong.append(each)
    marts = by_customer(built2000.marts)
    with capsys.disabled():
        print(
            f"\n{len(marts)} marts by customer and day: {values} pairs of values compared, {len(wrong)} columns differ"
        )
    assert len(marts) > 15
    assert values > 500_000
    assert not wrong, "\n".join(map(str, wrong))
    assert not stale, f"exceptions that nothing needs any more: {sorted(column for column, _ in stale)}"


def test_a_disagreement_is_found() -> None:
    """A customer without the value, one with another, and one that only one mart knows; months only on their day."""
    months = Mart(
        "months", ("customer_id", "month_end"), ("customer_id", "month_end", "seats", "is_partial"), frozenset()
    )
    today = Mart("today", ("customer_id",), ("customer_id", "seats", "name"), frozenset())
    events = Mart("events", ("event_key",), ("event_key", "customer_id", "seats"), frozenset())
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.months as from (values ('a', date '2025-01-31', 1), ('a', date '2025-02-28', 2), "
            "('b', date '2025-02-28', 5), ('c', date '2025-02-28', null), ('d', date '2025-02-28', 7)"
            ") as rows (customer_id, month_end, seats)"
        )
        connection.execute(
            "create table marts.today as from (values ('a', 2), ('b', 6), ('c', 0), ('e', 7)) as r (customer_id, seats)"
        )
        found = list(disagreements(connection, (months, today, events), "2025-02-28"))
    assert found == [Disagreement("seats", "months", "today", compared=3, different=2, example="b 2025-02-28: 5 | 6")]
