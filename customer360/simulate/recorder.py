"""Collects the rows of a block and cuts them at the end of a day.

A row is recorded with the time at which it came to be, its first values, and the changes that later overwrite some of
them. The whole world is recorded once; `Recorder.batches(until)` then tells what a loader had delivered by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from customer360.simulate.clock import DAY, DELIVERY, delivered_at
from customer360.simulate.dice import stream
from customer360.simulate.mess import Mess
from customer360.simulate.schema import TABLES, Table

#: (when, ((column index, new value), ...))
Change = tuple[int, tuple[tuple[int, Any], ...]]
_REDELIVERY, _SHUFFLE = 101, 102


class Recorder:
    """All rows of one block."""

    def __init__(self, seed: int, block: int, mess: Mess) -> None:
        self.seed, self.block, self.mess = seed, block, mess
        self.rows: dict[str, list[tuple[int, list[Any], Sequence[Change] | None, int]]] = {}
        self.versions: dict[str, list[list[tuple[int, list[Any]]]]] = {}
        self.bulk: dict[str, list[tuple[np.ndarray, list[Any]]]] = {}
        self.planted: dict[str, int] = {}

    @staticmethod
    def row(table: str, **values: Any) -> list[Any]:
        """Named values in column order, without `_fivetran_synced`; what is not named is null."""
        index = _INDEX[table]
        out: list[Any] = [None] * _WIDTH[table]
        for column, value in values.items():
            out[index[column]] = value
        return out

    def add(self, table: str, t: int, changes: Sequence[Change] | None = None, late: int = 0, **values: Any) -> None:
        """One row that came to be at t; `changes` overwrite it, `late` are the days until it is delivered."""
        self.add_row(table, t, self.row(table, **values), changes, late)

    def add_row(
        self, table: str, t: int, values: list[Any], changes: Sequence[Change] | None = None, late: int = 0
    ) -> None:
        """`add` with the values in column order."""
        if late:
            self.count("late")
        self.rows.setdefault(table, []).append((t, values, changes, late))

    def add_source(self, t: int, system: str, table: str, ident: str, true_id: str, linkable: bool = True) -> None:
        """The truth about a company-level record."""
        self.add(
            "truth.source_records",
            t,
            source_system=system,
            source_table=table,
            source_id=ident,
            true_customer_id=true_id,
            linkable=linkable,
        )

    def add_person(self, t: int, system: str, table: str, ident: str, true_id: str, person: str) -> None:
        """The truth about a person-level record."""
        self.add(
            "truth.people_records",
            t,
            source_system=system,
            source_table=table,
            source_id=ident,
            true_customer_id=true_id,
            true_person_id=person,
        )

    def add_versions(self, table: str, versions: list[tuple[int, list[Any]]]) -> None:
        """A record with a history: (time, values) in order. Versions of the same day collapse into the last."""
        self.versions.setdefault(table, []).append(versions)

    def add_bulk(self, table: str, delivered: np.ndarray, **columns: np.ndarray) -> None:
        """Many rows at once: delivery day numbers and one array a column; what is not named is null."""
        self.bulk.setdefault(table, []).append((delivered, self.row(table, **columns)))

    def count(self, kind: str, n: int = 1) -> None:
        """Note that n oddities of a kind were planted."""
        self.planted[kind] = self.planted.get(kind, 0) + n

    def batches(self, until: int) -> dict[str, pa.RecordBatch]:
        """What was delivered by the end of the day that contains the instant `until`, table by table."""
        last = until // DAY
        out: dict[str, pa.RecordBatch] = {}
        for number, table in enumerate(TABLES.values()):
            rows = self._cut(table, number, last)
            parts = [to_batch(table, rows, self.mess)] if rows else []
            for delivered, columns in self.bulk.get(table.id, ()):
                parts.append(self._bulk_batch(table, number, delivered, columns, last))
            parts = [p for p in parts if p.num_rows]
            if not parts:
                continue
            batch = parts[0] if len(parts) == 1 else pa.concat_batches(parts)
            if table.tool != "truth":
                order = stream(self.seed, self.block, _SHUFFLE, number).permutation(batch.num_rows)
                batch = batch.take(pa.array(order))
            out[table.id] = batch
        return out

    def _cut(self, table: Table, number: int, last: int) -> list[list[Any]]:
        out: list[list[Any]] = []
        truth = table.tool == "truth"
        recorded = self.rows.get(table.id, ())
        again, wait = self._redelivery(number, len(recorded), 1)
        for k, (t, values, changes, late) in enumerate(recorded):
            if truth:
                if t // DAY <= last:
                    out.append(values)
                continue
            day = t // DAY + late
            if day > last:
                continue
            final = True
            if changes:
                values = list(values)
                for when, updates in sorted(changes, key=_when):
                    changed = when // DAY
                    if changed > last:
                        final = False
                        break
                    day = max(day, changed)
                    for column, value in updates:
                        values[column] = value
            out.append([*values, delivered_at(day)])
            if again[k] and final and day + wait[k] <= last:
                out.append([*values, delivered_at(day + int(wait[k]))])
        histories = self.versions.get(table.id, ())
        again, wait = self._redelivery(number, len(histories), 2)
        stamped = table.name == "subscription_history"  # the delivery time is the version: copies are exact
        for k, versions in enumerate(histories):
            known = [v for v in versions if v[0] // DAY <= last]
            kept = [
                v for v, after in zip(known, [*known[1:], None][: len(known)], strict=True)
                if after is None or after[0] // DAY != v[0] // DAY
            ]  # fmt: skip
            for v in kept:
                row = [*v[1], delivered_at(v[0] // DAY)]
                if stamped:
                    row[-2] = v is kept[-1]
                out.append(row)
            if not again[k] or not kept:
                continue
            if stamped:  # a copy does not tell when it came: it is there as soon as its version is
                if kept[0] is versions[0]:
                    t, values = kept[0]
                    out.append([*values[:-1], len(kept) == 1, delivered_at(t // DAY)])
            else:
                t, values = versions[-1]
                if t // DAY + wait[k] <= last:
                    out.append([*values, delivered_at(t // DAY + int(wait[k]))])
        return out

    def _redelivery(self, number: int, count: int, kind: int) -> tuple[np.ndarray, np.ndarray]:
        rng = stream(self.seed, self.block, _REDELIVERY, number, kind)
        again = rng.random(count) < self.mess.redelivered
        self.count("redelivered", int(again.sum()))
        return again, rng.integers(1, 25, count)

    def _bulk_batch(
        self, table: Table, number: int, delivered: np.ndarray, columns: list[Any], last: int
    ) -> pa.RecordBatch:
        again, wait = self._redelivery(number, len(delivered), 3)
        first = np.flatnonzero(delivered <= last)
        copies = np.flatnonzero(again & (delivered + wait <= last))
        rows = np.concatenate([first, copies])
        days = np.concatenate([delivered[first], (delivered + wait)[copies]])
        arrays = [
            typed_array(table, name, kind, column[rows] if column is not None else [None] * len(rows), self.mess)
            for name, kind, column in zip(table.columns, table.types, columns, strict=False)
        ]
        arrays.append(pa.array(days * DAY + DELIVERY, pa.int64()).cast(pa.timestamp("s")).cast(pa.timestamp("us")))
        return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(table))


_INDEX = {t.id: {c: n for n, c in enumerate(t.columns)} for t in TABLES.values()}
_WIDTH = {t.id: len(t.columns) - (t.tool != "truth") for t in TABLES.values()}


def changed(table: str, when: int, **values: Any) -> Change:
    """The values that overwrite a row at a time."""
    index = _INDEX[table]
    return when, tuple((index[column], value) for column, value in values.items())


def _when(change: Change) -> int:
    return change[0]


def arrow_type(table: Table, column: str, kind: str) -> pa.DataType:
    """Type of a column in Parquet."""
    if kind == "s" or table.is_text(column):
        return pa.string()
    return {
        "t": pa.timestamp("us"),
        "b": pa.bool_(),
        "i": pa.int64(),
        "d": pa.float64(),
        "D": pa.date32(),
        "m": pa.decimal128(24, 6),
    }[kind]


def arrow_schema(table: Table) -> pa.Schema:
    """Names and types of a table's columns in Parquet."""
    return pa.schema([(c, arrow_type(table, c, k)) for c, k in zip(table.columns, table.types, strict=True)])


def to_batch(table: Table, rows: list[list[Any]], mess: Mess) -> pa.RecordBatch:
    """Rows in column order as Arrow."""
    columns = list(zip(*rows, strict=True))
    arrays = [
        typed_array(table, name, kind, column, mess)
        for name, kind, column in zip(table.columns, table.types, columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(table))


def typed_array(table: Table, name: str, kind: str, column: Any, mess: Mess) -> pa.Array:
    """A column as Arrow. Times are seconds since 1970; text in a text column of another type passes through."""
    if table.is_text(name):
        return _text_array(kind, column, mess)
    if kind == "s":
        if isinstance(column, np.ndarray) and column.dtype.kind == "S":
            return pa.array(column, pa.binary()).cast(pa.string())
        return pa.array(column, pa.string())
    if kind == "t":
        return pa.array(column, pa.int64()).cast(pa.timestamp("s")).cast(pa.timestamp("us"))
    if kind == "D":
        return pa.array(column, pa.int32()).cast(pa.date32())
    if kind == "m":
        return pa.array(column, pa.decimal128(24, 6))
    return pa.array(column, {"b": pa.bool_(), "i": pa.int64(), "d": pa.float64()}[kind])


def _text_array(kind: str, column: Any, mess: Mess) -> pa.Array:
    values = column.tolist() if isinstance(column, np.ndarray) else list(column)
    if kind != "t":
        return pa.array([v if v is None or isinstance(v, str) else str(v) for v in values], pa.string())
    at = [k for k, v in enumerate(values) if v is not None and not isinstance(v, str)]
    seconds = np.array([values[k] for k in at], dtype=np.int64)
    # which times carry an offset is a function of the time alone, so a second delivery reads the same
    draw = (seconds.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(40)).astype(float) / 2**24
    zoned = draw < mess.odd_zone
    east = draw < mess.odd_zone / 3
    shown = np.datetime_as_string((seconds + np.where(east, 7200, 0)).astype("M8[s]"), unit="s").tolist()
    for k, text, z, e in zip(at, shown, zoned.tolist(), east.tolist(), strict=True):
        values[k] = text + "+02:00" if e else text + "Z" if z else text.replace("T", " ")
    return pa.array(values, pa.string())
