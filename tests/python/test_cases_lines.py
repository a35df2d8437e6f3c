"""Invoices, lines, discounts and pauses as other companies have them, with the values of ../shared/cases.

All cases are one build: their rows share no ids. What a case expects stands in its expected.md.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import harness
import pytest

from customer360.project import ROOT

CASES = ROOT.parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"no {CASES}: these situations are kept outside the project")
AS_OF = "2025-12-31"
TOGETHER = (
    "stripe_annual_upgrade_leap_year",
    "stripe_invoice_level_discount",
    "stripe_line_id_not_unique",
    "stripe_livemode_and_resync",
    "stripe_pause_collection",
)
Moves = list[tuple[str, str, Decimal]]


def merged(folder: Path, cases: Sequence[str]) -> Path:
    """The rows of several cases in one folder; a column that a case lacks is empty for it."""
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        for file in sorted((CASES / case / "exports" / "stripe").glob("*.csv")):
            with file.open(encoding="utf-8", newline="") as lines:
                tables[file.stem] += csv.DictReader(lines)
    place = folder / "stripe"
    place.mkdir(parents=True)
    for table, rows in tables.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        with (place / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> harness.Build:
    """All cases at once."""
    folder = tmp_path_factory.mktemp("cases_lines")
    wanted = ("mrr_movements", "customer_sources", "invoice_differences", "row_accounting", "rejected_rows")
    return harness.Workbench(folder / "bench").build(
        "cases", merged(folder / "raw", TOGETHER), as_of=AS_OF, tools=["stripe"], select=[f"+{mart}" for mart in wanted]
    )


def movements(build: harness.Build, customer: str) -> Moves:
    """Day, kind and amount of a billing customer, without fx."""
    rows = build.ask(
        "select movement_date, movement_kind, amount from marts.mrr_movements "
        "inner join marts.customer_sources using (customer_id) "
        f"where source_id = 'cus_{customer}' and movement_kind <> 'fx' order by 1"
    )
    return [(str(day), kind, amount) for day, kind, amount in rows]


def test_an_upgrade_of_a_yearly_plan_in_a_leap_year(built: harness.Build) -> None:
    expected = [("2024-01-01", "new", Decimal(100)), ("2024-07-01", "expansion", Decimal(100))]
    assert movements(built, "leap")[:2] == expected


def test_a_coupon_on_the_invoice_is_taken_off(built: harness.Build) -> None:
    assert movements(built, "coupon") == [("2025-01-01", "new", Decimal(80))]


def test_two_lines_that_share_an_id_both_count(built: harness.Build) -> None:
    assert movements(built, "legacy") == [("2025-11-01", "new", Decimal(80))]


def test_test_mode_is_nobody(built: harness.Build) -> None:
    assert movements(built, "live") == [("2025-11-01", "new", Decimal(50))]
    assert built.ask("select * from marts.customer_sources where source_id = 'cus_testmode'") == []
    counted = built.ask("select source_table, test_mode_rows from marts.row_accounting where test_mode_rows > 0")
    # the customer and its subscription say so themselves, and so do the invoices; lines and charges by their parents
    assert dict(counted) == {
        "customer": 1, "subscription_history": 1, "invoice": 2, "invoice_line_item": 2, "charge": 2
    }  # fmt: skip
    assert built.ask("select * from marts.rejected_rows") == []


def test_a_history_that_was_delivered_again_keeps_its_last_status(built: harness.Build) -> None:
    expected = [("2025-01-01", "new", Decimal(100)), ("2025-12-10", "churn", Decimal(-100))]
    assert movements(built, "resync") == expected


def test_paused_collection_is_a_pause(built: harness.Build) -> None:
    assert movements(built, "paused") == [
        ("2025-01-01", "new", Decimal(50)),
        ("2025-03-01", "churn", Decimal(-50)),
        ("2025-06-01", "reactivation", Decimal(50)),
    ]


def test_every_invoice_adds_up(built: harness.Build) -> None:
    assert built.ask("select * from marts.invoice_differences") == []


def test_a_customer_is_paused_meanwhile(tmp_path: Path) -> None:
    raw = merged(tmp_path / "raw", ["stripe_pause_collection"])
    build = harness.Workbench(tmp_path / "bench").build(
        "paused", raw, as_of="2025-04-15", tools=["stripe"], select=["+customers"]
    )
    assert build.ask("select lifecycle_stage from marts.customers") == [("paused",)]
