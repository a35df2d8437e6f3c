"""The demo company: the seeds in `seeds/demo` that dbt reads when nobody brings exports of their own."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from customer360.simulate.cli import make_plan
from customer360.simulate.export import write_world
from customer360.simulate.schema import RAW_TABLES

#: What the committed seeds were made with.
CUSTOMERS, MONTHS, SEED, START = 400, 30, 29, dt.date(2024, 5, 1)
ROOT = Path(__file__).resolve().parents[2]


def write_demo_seeds(folder: Path | None = None) -> int:
    """Write `<tool>/<tool>__<table>.csv` for every raw table; returns the bytes written.

    A table that is not delivered (`stripe.subscription`) is written with its header only, so that every seed exists.
    """
    folder = folder or ROOT / "seeds" / "demo"
    plan = make_plan(CUSTOMERS, MONTHS, SEED, START, None, 1.0, 1.0)
    size = 0
    with tempfile.TemporaryDirectory() as scratch:
        write_world(plan, Path(scratch), "csv", jobs=1)
        for table in RAW_TABLES:
            target = folder / table.tool / f"{table.tool}__{table.name}.csv"
            target.parent.mkdir(parents=True, exist_ok=True)
            source = Path(scratch) / table.tool / f"{table.name}.csv"
            if source.exists():
                shutil.copyfile(source, target)
            else:
                target.write_text(",".join(table.columns) + "\n", encoding="utf-8")
            size += target.stat().st_size
    return size
