"""Nothing is lost: 2,000 simulated customers, counted in the raw files and in the marts by readers of their own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import harness
from harness import Build

#: The raw tables that hold companies: how their record keys begin, and when a record is deleted in its tool.
COMPANIES = {
    "salesforce/account": ("salesforce.account", "coalesce(is_deleted, false)"),
    "stripe/customer": ("stripe.customer", "coalesce(is_deleted, false)"),
    "zendesk/organization": ("zendesk.organization", "coalesce(_fivetran_deleted, false)"),
    "pendo/account_history": ("pendo.account", "false"),
}


def own_id(place: str, raw_id: str) -> str:
    """An id as the marts write it: Salesforce's without the three letters that repeat its capitals."""
    return raw_id[:15] if place.startswith("salesforce") else raw_id


def test_every_raw_row_is_accounted_for(sim2000: Path, built2000: Build) -> None:
    raw = {
        each: duckdb.sql(f"select count(*) from '{file}'").fetchone()[0]
        for each, file in harness.raw_tables(sim2000).items()
    }
    accounts = {(row["source_system"], row["source_table"]): row for row in built2000.rows("row_accounting")}
    assert {each: row["rows_in"] for each, row in accounts.items() if row["rows_in"]} == raw
    assert sum(raw.values()) > 100_000
    parts = ("used_rows", "duplicate_rows", "deleted_rows", "rejected_rows")
    assert [each for each, row in accounts.items() if row["rows_in"] != sum(row[part] for part in parts)] == []


def test_every_record_belongs_to_exactly_one_customer(built2000: Build) -> None:
    sources = built2000.rows("customer_sources")
    assert len({row["record_key"] for row in sources}) == len(sources)
    assert len({(row["source_system"], row["source_table"], row["source_id"]) for row in sources}) == len(sources)
    assert {row["customer_id"] for row in sources} == {row["customer_id"] for row in built2000.rows("customers")}


def test_no_company_record_is_lost(sim2000: Path, built2000: Build) -> None:
    """Every live record of a company, asked of the conformed model and of the raw files, is in customer_sources."""
    known = {row["record_key"] for row in built2000.rows("customer_sources")}
    live = {key for (key,) in built2000.ask("select record_key from intermediate.int_accounts where not is_deleted")}
    assert live <= known
    rejected = {row["rejected_row_key"] for row in built2000.rows("rejected_rows")}
    for table, (prefix, is_deleted) in COMPANIES.items():
        file = sim2000 / f"{table}.parquet"
        raw_ids = duckdb.sql(f"select distinct id from '{file}' where id is not null and not {is_deleted}")
        keys = {f"{prefix}:{own_id(prefix, raw_id)}" for (raw_id,) in raw_ids.fetchall()}
        lost = {key for key in keys - known if f"{table.replace('/', '.')}:{key.split(':', 1)[1]}" not in rejected}
        assert not lost, f"{len(lost)} of {len(keys)} in {table}, such as {sorted(lost)[:3]}"


def test_no_true_customer_is_lost(sim2000: Path, built2000: Build) -> None:
    """Of every true customer at least one record is in customer_sources."""
    known = {(row["source_system"], row["source_id"]) for row in built2000.rows("customer_sources")}
    records = duckdb.sql(f"select * from '{sim2000}/truth/source_records.parquet'").to_arrow_table().to_pylist()
    found = {
        row["true_customer_id"]
        for row in records
        if (row["source_system"], own_id(row["source_system"], row["source_id"])) in known
    }
    assert {row["true_customer_id"] for row in records} == found
    assert len(found) >= 2000


def test_every_id_ever_given_out_leads_to_a_customer(built2000: Build) -> None:
    customers = {row["customer_id"] for row in built2000.rows("customers")}
    aliases = built2000.rows("customer_aliases")
    assert {row["alias_id"] for row in aliases} >= customers
    assert {row["customer_id"] for row in aliases if row["alias_status"] != "deleted"} == customers
