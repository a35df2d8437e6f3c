"""Writes a simulated world to files: blocks in parallel, tables streamed, the same bytes every time."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customer360.simulate import fx
from customer360.simulate.block import Plan, simulate_block, simulate_vendor
from customer360.simulate.clock import DAY, date_of
from customer360.simulate.recorder import arrow_schema, to_batch
from customer360.simulate.schema import NOT_DELIVERED, TABLES, Table

#: Rows that a Parquet row group holds at least.
_GROUP = 200_000


class TableWriter:
    """One open file."""

    def __init__(self, table: Table, path: Path, kind: str) -> None:
        self.table, self.kind, self.rows = table, kind, 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._pending: list[pa.RecordBatch] = []
        self._held = 0
        if kind == "csv":
            self._file = path.open("w", encoding="utf-8", newline="")
            self._csv = csv.writer(self._file, lineterminator="\n")
            self._csv.writerow(table.columns)
        else:
            self._parquet = pq.ParquetWriter(path, arrow_schema(table), compression="zstd", compression_level=1)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        self.rows += batch.num_rows
        if self.kind == "csv":
            self._csv.writerows(zip(*(as_text(column) for column in batch.columns), strict=True))
            return
        self._pending.append(batch)
        self._held += batch.num_rows
        if self._held >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._parquet.write_table(pa.Table.from_batches(self._pending).combine_chunks(), row_group_size=1 << 20)
            self._pending, self._held = [], 0

    def close(self) -> None:
        """Write what is still held and close the file."""
        if self.kind == "csv":
            self._file.close()
        else:
            self._flush()
            self._parquet.close()


def as_text(column: pa.Array) -> list[str | None]:
    """A column as CSV has it: times without a fraction, small letters for truth values, nothing for null."""
    kind = column.type
    if pa.types.is_string(kind):
        return column.to_pylist()
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("s")).cast(pa.string()).to_pylist()
    if pa.types.is_floating(kind):
        return [None if v is None else f"{v:.10g}" for v in column.to_pylist()]
    if pa.types.is_decimal(kind):
        return [None if v is None else f"{v.normalize():f}" for v in column.to_pylist()]
    return pc.cast(column, pa.string()).to_pylist()


def _block_batches(task: tuple[Plan, int]) -> tuple[dict[str, pa.RecordBatch], dict[str, int]]:
    plan, block = task
    rec = simulate_block(plan, block)
    return rec.batches(plan.until), rec.planted


def _blocks(plan: Plan, jobs: int) -> Iterator[tuple[dict[str, pa.RecordBatch], dict[str, int]]]:
    """Blocks in order, a few of them in the making at a time."""
    if jobs <= 1 or plan.blocks < 3:
        for block in range(plan.blocks):
            yield _block_batches((plan, block))
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting: deque = deque()
        for block in range(plan.blocks):
            waiting.append(pool.submit(_block_batches, (plan, block)))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def write_world(plan: Plan, out: Path, kind: str, jobs: int | None = None, advance=None) -> dict[str, int]:
    """Write every table as of `plan.until`; returns the rows of each. `advance()` is called after each block."""
    writers = {
        table.id: TableWriter(table, out / table.tool / f"{table.name}.{kind}", kind)
        for table in TABLES.values()
        if table.id not in NOT_DELIVERED
    }
    planted: dict[str, int] = {}
    try:
        for name, batch in simulate_vendor(plan).batches(plan.until).items():
            writers[name].write(batch)
        for batches, counts in _blocks(plan, jobs or min(os.cpu_count() or 1, 8)):
            for name, batch in batches.items():
                writers[name].write(batch)
            for what, n in counts.items():
                planted[what] = planted.get(what, 0) + n
            if advance:
                advance()
        mess = {f.name: float(getattr(plan.mess, f.name)) for f in fields(plan.mess)}
        kinds = sorted({*mess, *planted})
        rows = [[k, mess.get(k), planted.get(k)] for k in kinds]
        writers["truth.mess"].write(to_batch(TABLES["truth.mess"], rows, plan.mess))
    finally:
        for writer in writers.values():
            writer.close()
    write_exchange_rates(plan, out / "truth" / "exchange_rates.csv")
    return {name: writer.rows for name, writer in writers.items()}


def write_exchange_rates(plan: Plan, path: Path) -> None:
    """Daily rates from the month before the window to two months after it."""
    first = date_of(plan.months.of(-1))
    last = date_of(plan.months.of(plan.months.count + 2)) - dt.timedelta(days=1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["rate_date", "from_currency", "to_currency", "rate"])
        writer.writerows(fx.exchange_rate_rows(first, last))


def end_of_day(day: dt.date) -> int:
    """The last second of a day."""
    return (day.toordinal() - 719163) * DAY + DAY - 1
