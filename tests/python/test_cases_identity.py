"""Who is who in situations that others met: fillers, two writings of a name, a domain or an id, metadata as a struct.

The values are those of ../shared/cases/<case>/expected.md.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
from harness import Build, Workbench

from customer360.project import ROOT

CASES = ROOT.parent / "shared" / "cases"
LAST_DAY = "2025-12-31"
MARTS = ["+customer_sources", "+customer_people", "+identity_review_queue"]

pytestmark = pytest.mark.skipif(not CASES.exists(), reason="../shared/cases is not there")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(tmp_path_factory.mktemp("cases_identity"))


def exports(case: str) -> Path:
    return CASES / case / "exports"


#: The export has xn--bcherwurm-65a, which is bcherwuïrm: nobody's. This is what the domain of the CRM's record is.
PUNYCODE = {"xn--bcherwurm-65a": "bücherwurm".encode("idna").decode()}


def corrected(line: str) -> str:
    for wrong, right in PUNYCODE.items():
        line = line.replace(wrong, right)
    return line


def in_one(cases: Mapping[str, str], target: Path) -> Path:
    """The CSV exports of several cases in one folder; ids of Stripe's customers get a prefix of the case."""
    tables: dict[str, list[dict[str, str]]] = {}
    for case, mark in cases.items():
        for file in sorted(exports(case).glob("*/*.csv")):
            with file.open(encoding="utf-8", newline="") as opened:
                tables.setdefault(f"{file.parent.name}/{file.name}", []).extend(
                    {
                        column: value.replace("cus_", f"cus_{mark}", 1) if value.startswith("cus_") else value
                        for column, value in row.items()
                    }
                    for row in csv.DictReader(corrected(line) for line in opened)
                )
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        target.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        with target.joinpath(name).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return target


def customers(build: Build) -> dict[str, str]:
    """Id of the record in its tool -> customer."""
    return dict(build.ask("select source_id, customer_id from marts.customer_sources"))


@pytest.fixture(scope="module")
def csv_cases(bench: Workbench) -> Build:
    cases = {"identity_placeholder_tax_id": "tax", "identity_unicode_and_ids": "uni"}
    raw = in_one(cases, bench.folder / "raw" / "csv")
    return bench.build("csv", raw, as_of=LAST_DAY, tools=["salesforce", "stripe"], select=MARTS)


def test_identity_placeholder_tax_id(csv_cases: Build) -> None:
    """UNKNOWN is no number, and an unverified one alone makes no customers of strangers."""
    found = customers(csv_cases)
    assert len({found[f"cus_tax{letter}"] for letter in "xypq"}) == 4
    waiting = csv_cases.ask(
        "select record_a from marts.identity_review_queue where reason <> 'uncertain' and record_a like '%cus_tax%'"
    )
    assert waiting == [], "at most for a person to look at"


def test_identity_unicode_and_ids(csv_cases: Build) -> None:
    found = customers(csv_cases)
    assert found["001A000001CREME"] == found["cus_unix"], "a name composed and decomposed"
    assert found["001A000001IDNAA"] == found["cus_uniidn"], "a domain in Unicode and in punycode"
    assert found["001A000001abcde"] == found["cus_unilink"], "an id of 18 signs finds the one of 15"
    assert found["001A000001abcde"] != found["001A000001ABCDE"], "ids that differ in case"


def test_parquet_struct_metadata(bench: Workbench) -> None:
    build = bench.build(
        "parquet", exports("parquet_struct_metadata"), as_of=LAST_DAY, tools=["salesforce", "stripe"], select=MARTS
    )
    rows = build.ask(
        """
        select accounts.rule, accounts.score >= 15
        from marts.customer_sources as payers
        inner join marts.customer_sources as accounts using (customer_id)
        where payers.source_system = 'stripe' and accounts.source_id = '001A000001abcde'
        """
    )
    assert rows == [("crm_id", True)]


def test_salesforce_data_loader_renamed(bench: Workbench) -> None:
    """One customer, the deleted record merged into its master; the contact belongs to it."""
    build = bench.build(
        "loader", exports("salesforce_data_loader_renamed"), as_of=LAST_DAY, tools=["salesforce"], select=MARTS
    )
    found = customers(build)
    assert found["001A000001AAAAA"] == found["001A000001BBBBB"]
    merged = build.ask("select rule from marts.customer_sources where rule <> 'first_record'")
    assert merged == [("merged_in_tool",)]
    assert build.ask("select customer_id, full_name from marts.customer_people") == [
        (found["001A000001AAAAA"], "Weber")
    ]
