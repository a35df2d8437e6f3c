"""Situations that others met in production: customers that were deleted. Values by hand, from expected.md."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import harness
import pytest
from harness import Build

from customer360.project import ROOT

CASES = ROOT.parent / "shared" / "cases"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is not there")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    bench = harness.Workbench(tmp_path_factory.mktemp("cases_customers"))
    return bench.build(
        "deleted",
        CASES / "stripe_deleted_customer" / "exports",
        as_of="2025-12-31",
        tools=["stripe"],
        select=["+mrr_months", "+mrr_movements", "+customer_sources", "+int_history__stages"],
    )


def test_a_deleted_customer_keeps_its_past(built: Build) -> None:
    months = built.ask("select month_end, closing_mrr, churned_mrr from marts.mrr_months order by month_end")
    assert len(months) == 12
    assert [closing for _, closing, _ in months] == [Decimal(100)] * 5 + [Decimal(50)] * 7
    assert [churned for _, _, churned in months] == [Decimal(0)] * 5 + [Decimal(50)] + [Decimal(0)] * 6
    churns = built.ask("select movement_date, amount_reporting from marts.mrr_movements where movement_kind = 'churn'")
    assert churns == [(dt.date(2025, 6, 15), Decimal(-50))]


def test_it_stays_a_customer_with_a_flag(built: Build) -> None:
    customers = built.ask(
        "select customers.customer_name, customers.is_deleted, customers.deleted_at, stages.lifecycle_stage, "
        "customers.invoice_count, customers.payment_count from intermediate.int_customers as customers "
        "inner join intermediate.int_history__stages as stages using (customer_id) "
        "where stages.month_end = date '2025-12-31' order by 1"
    )
    assert customers == [
        ("gone hgzgmnd", True, dt.datetime(2025, 6, 15, 23), "former_customer", 6, 6),
        ("stays lvncnvd", False, None, "customer", 12, 12),
    ]
    assert built.ask("select source_id, is_deleted from marts.customer_sources order by 1") == [
        ("cus_gone", True),
        ("cus_stays", False),
    ]
