"""`python -m customer360 simulate`: write the exports of a simulated company and its ground truth."""

from __future__ import annotations

import datetime as dt
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from customer360.simulate.block import Plan
from customer360.simulate.clock import Months
from customer360.simulate.export import end_of_day, write_world
from customer360.simulate.latent import AHEAD
from customer360.simulate.mess import Mess


class Format(StrEnum):
    """File format of the exports."""

    csv = "csv"
    parquet = "parquet"


def make_plan(
    customers: int, months: int, seed: int, start: dt.date, until: dt.date | None, mess: float, usage_scale: float
) -> Plan:
    """The plan of a world: a window of months from `start`, exported as of `until` or its last day."""
    window = Months(start.replace(day=1), months, AHEAD)
    last = window.last_day(months - 1)
    return Plan(customers, window, seed, Mess().scaled(mess), usage_scale, end_of_day(min(until or last, last)))


def simulate(
    customers: Annotated[int, typer.Option(min=1, max=110_000, help="Paying, trying and prospective customers.")] = 400,
    months: Annotated[int, typer.Option(min=6, max=120, help="Months of the simulated window.")] = 30,
    seed: Annotated[int, typer.Option(min=0, help="Seeds below 1499 share no id, name, domain, e-mail or phone.")] = 7,
    out: Annotated[Path, typer.Option(help="Folder to write <tool>/<table> and truth/ into.")] = Path(
        "target/simulated"
    ),
    format: Annotated[Format, typer.Option(help="File format.")] = Format.csv,
    until: Annotated[str | None, typer.Option(help="Export as of the end of this day (default: the last one).")] = None,
    start: Annotated[str, typer.Option(help="First day of the window.")] = "2024-05-01",
    mess: Annotated[float, typer.Option(min=0, help="Scale of all rates of mess; 0 is a clean company.")] = 1.0,
    usage_scale: Annotated[float, typer.Option(min=0.05, help="Scale of product usage volume.")] = 1.0,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes (default: one a core). Never changes the bytes.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Write the demo seeds (seeds/demo) instead.")] = False,
) -> None:
    """Simulate a B2B software company and write its raw exports, with the truth beside them."""
    console = Console()
    if demo:
        from customer360.simulate.demo import write_demo_seeds

        size = write_demo_seeds()
        console.print(f"seeds/demo written, {size / 1e6:.1f} MB")
        return
    plan = make_plan(
        customers,
        months,
        seed,
        dt.date.fromisoformat(start),
        dt.date.fromisoformat(until) if until else None,
        mess,
        usage_scale,
    )
    began = time.monotonic()
    with Progress(
        TextColumn("simulating"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("blocks"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("blocks", total=plan.blocks)
        rows = write_world(plan, out, format.value, jobs, lambda: progress.advance(task))
    total = sum(rows.values())
    console.print(f"{total:,} rows in {len(rows)} tables, {time.monotonic() - began:.1f} s, in {out}")
