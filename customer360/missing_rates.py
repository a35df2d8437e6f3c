"""What the end of a build says of currencies that could not be converted, or were converted at invented rates."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
from rich.console import Console

from customer360.project import ROOT, shown
from customer360.publish import MARTS
from customer360.simulate import fx

RATES = ROOT / "seeds/rules/exchange_rates.csv"


def say_missing_rates(file: Path, console: Console, *, is_demo: bool) -> None:
    """One line a currency without an exchange rate; nothing where all have one of their own."""
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select upper(currency), upper(reporting_currency), first_missing_on, last_missing_on, missing_days, "
            f"unconverted_customers from {MARTS}.missing_exchange_rates order by currency"
        ).fetchall()
        (converted,) = connection.execute(
            f"select count(*) from {MARTS}.mrr_movements where exchange_rate is not null"
        ).fetchone()
    if rows:
        console.print("\n[yellow]Exchange rates are missing:[/yellow] what they should convert is null and in no sum.")
    for currency, reporting, first, last, days, customers in rows:
        console.print(f"  {currency} to {reporting}: {first} to {last} ({days} days, {customers} customers)")
    if rows:
        console.print(f"  Give {shown(RATES)} a rate of the first of these days or before, and build again.")
    if converted and not is_demo and are_invented(RATES):
        console.print(
            f"\n[yellow]The exchange rates are those of the demo:[/yellow] {shown(RATES)} is as it was shipped. "
            "Put your own there, a central bank's for example."
        )


def are_invented(rates: Path) -> bool:
    """Whether a file holds the simulator's rates and no others."""
    with rates.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    return bool(rows) and all(
        row["to_currency"] == fx.REPORTING
        and row["from_currency"] in fx.CURRENCIES
        and fx.rate(row["from_currency"], *(int(part) for part in row["rate_date"].split("-")[:2]))
        == Decimal(row["rate"])
        for row in rows
    )
