"""Random invoices, whatever they hold: lines after discount plus tax are the total, and MRR is what plain Python says.

The models between the raw tables and MRR are compiled once and run on a few made-up invoices at a time, in memory.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import duckdb
import harness
import oracle_revenue as oracle
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customer360.check_raw import read_contract
from customer360.project import ROOT

LAST_DAY = dt.date(2025, 12, 31)
WANTED = ("int_mrr__changes", "invoice_differences")
#: Who is who, and what is lost, have tests of their own: here every billing customer is a customer of its own.
GIVEN = {
    "int_orphans": "select '' as source_system, '' as source_table, '' as raw_key, '' as row_status where false",
    "int_identity__customers": """
        select distinct
            'stripe.customer:' || customer_id as record_key,
            customer_id,
            false as is_deleted,
            cast(null as timestamp) as deleted_at
        from raw.stripe__invoice
    """,
}
DIGITS = {"eur": 2, "jpy": 0, "kwd": 3}
PLANS = {
    f"{currency}_{unit}_{count}": {"currency": currency, "interval": unit, "interval_count": count, "amount": amount}
    for currency in DIGITS
    for unit, count, amount in (("month", 1, 3100), ("month", 3, 9000), ("year", 1, 36_500))
}
Raw = dict[str, list[dict[str, Any]]]


# ---------------------------------------------------------------- the models, compiled once


class Chain:
    """The models up to MRR as SQL statements, in order, with the seeds that they read."""

    def __init__(self, bench: harness.Workbench) -> None:
        command = ["compile", "--select", *(f"+{name}" for name in WANTED)]
        given = {"raw": "files", "raw_path": str(bench.folder), "as_of_date": str(LAST_DAY), "tools": ["stripe"]}
        bench._dbt(bench.folder / "compiled", command, given, None)
        nodes = harness.read_manifest(bench.folder / "compiled")["nodes"]
        named = {node["name"]: node for node in nodes.values() if node["resource_type"] in ("model", "seed")}
        self.steps: list[tuple[str, str, str, str]] = []

        def visit(name: str, seen: set[str]) -> None:
            if name in seen:
                return
            seen.add(name)
            node = named[name]
            if name not in GIVEN and node["resource_type"] == "model":
                for parent in node["depends_on"]["nodes"]:
                    if parent in nodes:
                        visit(nodes[parent]["name"], seen)
            if node["resource_type"] == "seed":
                types = node["config"]["column_types"]
                columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
                sql = f"from read_csv('{ROOT / node['original_file_path']}', header = true, types = {{{columns}}})"
            else:
                sql = GIVEN.get(name) or node["compiled_code"]
            self.steps.append((node["schema"], node["alias"], sql, node["resource_type"]))

        seen: set[str] = set()
        for name in WANTED:
            visit(name, seen)
        self.database = named[WANTED[0]]["database"]
        self.raw = {table: sorted(contract.columns) for table, contract in read_contract()["stripe"].items()}

    def run(self, rows: Raw) -> duckdb.DuckDBPyConnection:
        """A database with the models of these raw rows."""
        connection = duckdb.connect()
        connection.execute(f"attach ':memory:' as {self.database}; use {self.database}; set TimeZone = 'UTC'")
        for schema in {"raw", *(schema for schema, *_ in self.steps)}:
            connection.execute(f"create schema if not exists {schema}")
        for table, columns in self.raw.items():
            names = ", ".join(f'"{column}" varchar' for column in columns)
            connection.execute(f"create table raw.stripe__{table} ({names})")
            values = [[each.get(column) for column in columns] for each in rows.get(table, [])]
            if values:
                marks = ", ".join("?" for _ in columns)
                connection.executemany(f"insert into raw.stripe__{table} values ({marks})", values)
        for schema, alias, sql, _ in self.steps:
            connection.execute(f'create table {schema}."{alias}" as {sql}')
        return connection


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return Chain(harness.Workbench(tmp_path_factory.mktemp("properties")))


# ---------------------------------------------------------------- random invoices

_AMOUNTS = st.one_of(st.integers(1, 40_000), st.sampled_from((0, 1, 2, 3, 100, 3333, 10_000, 999_999_999)))
_DATES = st.dates(dt.date(2025, 1, 1), dt.date(2025, 11, 30))


@st.composite
def _line(draw: st.DrawFn, currency: str, start: dt.date) -> dict[str, Any]:
    """A recurring line, a one-off, a change in the middle of a period, or a credit."""
    kind = draw(st.sampled_from(("plan", "plan", "one_off", "change", "credit")))
    amount = draw(_AMOUNTS) * (-1 if kind == "credit" else 1)
    line = {"amount": amount, "currency": currency, "type": "invoiceitem", "proration": "false", "quantity": "1"}
    if kind == "one_off":
        return line | {
            "period_start": start,
            "period_end": start,
            "discountable": draw(st.sampled_from((None, "false"))),
        }
    name, plan = draw(st.sampled_from([each for each in PLANS.items() if each[1]["currency"] == currency]))
    months = plan["interval_count"] * (12 if plan["interval"] == "year" else 1)
    month = start.year * 12 + start.month - 1 + months
    end = start.replace(year=month // 12, month=month % 12 + 1, day=min(start.day, 28))
    if kind in ("change", "credit"):
        start += (end - start) * draw(st.integers(0, 9)) // 10
        line["proration"] = "true"
    line |= {"type": draw(st.sampled_from(("subscription", None))), "period_start": start, "period_end": end}
    return line | {draw(st.sampled_from(("plan_id", "price_id"))): name}


@st.composite
def invoices(draw: st.DrawFn) -> dict[str, Any]:
    """An invoice with what was taken off it: `lines`, discounts of each line, of the invoice in shapes, and tax."""
    currency, start = draw(st.sampled_from(sorted(DIGITS))), draw(_DATES)
    lines = draw(st.lists(_line(currency, start), min_size=1, max_size=5))
    own = [draw(st.integers(0, 100)) * max(0, line["amount"]) // 100 if draw(st.booleans()) else 0 for line in lines]
    room = sum(
        max(0, line["amount"] - off)
        for line, off in zip(lines, own, strict=True)
        if line["amount"] > 0 and line.get("discountable") != "false"
    )
    return {
        "at": start,
        "lines": lines,
        "own": own,
        "whole": draw(st.one_of(st.just(0), st.integers(0, room), st.just(room))),
        "shapes": draw(
            st.sampled_from(
                (("INVOICE",), ("invoice", "CUSTOMER"), ("SUBSCRIPTION",), ("customer", "subscription"), (None,), ())
            )
        ),
        "line_word": draw(st.sampled_from(("invoice_line_item", "PARENT_INVOICE_LINE_ITEM", None))),
        "rate": draw(st.sampled_from((0, 19, 25, 77))),
        "after_lines": draw(st.booleans()),
        "shared_id": draw(st.booleans()),
    }


def raw_rows(made: list[dict[str, Any]]) -> tuple[Raw, dict[str, int]]:
    """The invoices as a loader delivers them, each of a customer of its own, and what each has for tax."""
    rows: Raw = defaultdict(list)
    taxes = {}
    for name, plan in PLANS.items():
        rows["plan"].append({"id": name, "usage_type": "licensed", "created": "2024-01-01", **plan})
    for number, each in enumerate(made):
        gross, given = sum(line["amount"] for line in each["lines"]), sum(each["own"])
        taxes[f"in_{number}"] = tax = round((gross - given - each["whole"]) * each["rate"] / 100)
        at, cus, sub = str(each["at"]), f"cus_{number}", f"sub_{number}"
        rows["invoice"].append(
            {"id": f"in_{number}", "customer_id": cus, "subscription_id": sub, "status": "paid", "created": at,
             "currency": each["lines"][0]["currency"], "subtotal": gross - (given if each["after_lines"] else 0),
             "tax": tax or None, "total": gross - given - each["whole"] + tax}
        )  # fmt: skip
        for place, (line, off) in enumerate(zip(each["lines"], each["own"], strict=True)):
            ids = (
                {"id": sub, "unique_id": f"il_{number}_{place}"}
                if each["shared_id"]
                else {"id": f"il_{number}_{place}"}
            )
            rows["invoice_line_item"].append({"invoice_id": f"in_{number}", "subscription_id": sub, **ids, **line})
            if off:
                rows["discount"].append(
                    {"id": f"di_{number}", "type": each["line_word"], "type_id": f"il_{number}_{place}",
                     "invoice_id": f"in_{number}", "amount": off, "coupon_id": "single"}
                )  # fmt: skip
        for shape in each["shapes"] if each["whole"] else ():
            thing = {"customer": cus, "subscription": sub}.get((shape or "").lower(), f"in_{number}")
            rows["discount"].append(
                {"id": f"di_{number}", "type": shape, "type_id": thing, "invoice_id": f"in_{number}",
                 "amount": each["whole"], "coupon_id": "whole"}
            )  # fmt: skip
    for table in rows.values():
        for row in table:
            row.setdefault("_fivetran_synced", "2025-12-01 00:00:00")
            row |= {column: str(value) for column, value in row.items() if value is not None}
    return rows, taxes


def steps(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[tuple[dt.date, Decimal]]]:
    """(customer, currency) -> MRR from each day on, of the model."""
    found: dict[tuple[str, str], list[tuple[dt.date, Decimal]]] = defaultdict(list)
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    ask = """
        select customer_id, currency, change_date, sum(mrr_after - mrr_before)
        from intermediate.int_mrr__changes
        group by all
        order by all
    """
    for customer, currency, day, change in connection.execute(ask).fetchall():
        key = customer, currency
        sums[key] += change
        level = max(sums[key], Decimal(0))
        if level != (found[key][-1][1] if found[key] else 0):
            found[key].append((day, level))
    return {key: each for key, each in found.items() if each}


def plain(rows: Raw, customers: Mapping[str, str]) -> dict[tuple[str, str], list[tuple[dt.date, Decimal]]]:
    """The same in plain Python."""
    columns = {table: sorted(contract.columns) for table, contract in read_contract()["stripe"].items()}
    read: Callable[[str], Iterator[dict[str, Any]]] = lambda table: (  # noqa: E731
        dict.fromkeys(columns[table]) | row for row in rows.get(table, [])
    )
    days = oracle.mrr_by_day(oracle.keep_books(read, ROOT, LAST_DAY), customers)
    return {(customer, currency): each for customer, own in days.items() for currency, each in own.items()}


#: Of each invoice its total, what its lines come to, and the tax within them.
SUMS = """
    select invoices.source_id, invoices.total, sum(lines.net_amount), min(currencies.minor_unit),
        sum(lines.inclusive_tax_amount), min(case when lines.amount > 0 then lines.net_amount else 0 end)
    from intermediate.int_invoices as invoices
    inner join intermediate.int_invoice_lines as lines using (invoice_key)
    inner join rules.currencies on invoices.currency = currencies.currency
    group by invoices.source_id, invoices.total
"""


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
@given(made=st.lists(invoices(), min_size=1, max_size=25))
def test_invoices_add_up_and_their_mrr_is_what_plain_python_says(chain: Chain, made: list[dict[str, Any]]) -> None:
    rows, taxes = raw_rows(made)
    with chain.run(rows) as connection:
        sums = connection.execute(SUMS).fetchall()
        assert len(sums) == len(made)
        for ident, total, net, unit, inclusive, least in sums:
            assert net + taxes[ident] * unit == total, ident
            assert inclusive == 0 or inclusive == taxes[ident] * unit
            assert least >= 0 or inclusive, "no line is discounted below nothing"
        assert connection.execute("select * from marts.invoice_differences").fetchall() == []
        owners = {f"cus_{number}": f"cus_{number}" for number in range(len(made))}
        assert steps(connection) == plain(rows, owners)
