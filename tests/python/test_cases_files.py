"""Files as other people's exports have them (../shared/cases): read as what they mean, or refused with a remedy.

The rows and the right values are those of each case's expected.md; what it leaves open is said at the test.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from harness import Workbench

from customer360.check_raw import check_raw, read_contract
from customer360.project import ROOT

CASES = ROOT.parent / "shared" / "cases"
AS_OF = "2025-12-31"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is absent")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(tmp_path_factory.mktemp("files"))


def customers_in(bench: Workbench, name: str, folder: Path) -> list[tuple]:
    """The Stripe customers that staging makes of a folder: id, name, e-mail, creation, what became of them."""
    assert not check_raw(folder, read_contract()).problems
    build = bench.build(name, folder, as_of=AS_OF, tools=["stripe"], select=["stg_stripe__customer"])
    return build.ask(
        "select stripe_customer_id, customer_name, email, created_at, row_status "
        "from staging.stg_stripe__customer order by 1"
    )


FIRST_OF_2025 = dt.datetime(2025, 1, 1)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("csv_blank_after_comma", [("cus_1", "Blue Door", "pay@bluedoor.example")]),
        ("csv_blank_after_comma_optional", [("cus_1", "Blue Door", "pay@bluedoor.example")]),
        ("csv_bom_crlf", [("cus_1", 'Blue\r\nDoor "Ltd"', None), ("cus_2", "שלום 🌍", None)]),
        ("csv_cr_only", [("cus_1", "Blue Door", None), ("cus_2", "Red Gate", None)]),
        ("csv_trailing_comma", [("cus_1", "Blue Door", None), ("cus_2", "Red Gate", None)]),
        ("parquet_binary_strings", [("cus_x", "Café Zoë", "ap@zoe.example")]),
    ],
)
def test_all_rows_are_read(bench: Workbench, case: str, expected: list[tuple]) -> None:
    found = customers_in(bench, case, CASES / case / "exports")
    assert [row[:3] for row in found] == expected
    assert {row[4] for row in found} == {"used"}
    assert {row[3].date() for row in found} == {FIRST_OF_2025.date()}


def test_a_folder_is_read_whatever_its_name(bench: Workbench) -> None:
    """Brackets, a star, an apostrophe: neither a pattern that finds its neighbours' files, nor the end of a text."""
    folders = sorted(each for each in CASES.joinpath("folder_names").iterdir() if each.is_dir())
    assert len(folders) == 6
    for number, folder in enumerate(folders):
        assert customers_in(bench, f"folder_{number}", folder) == [
            ("cus_1", "Blue Door", "pay@bluedoor.example", FIRST_OF_2025, "used")
        ], folder.name


def test_a_pattern_in_a_name_never_reads_the_neighbours(bench: Workbench, tmp_path: Path) -> None:
    """`exports*` beside `exports of June`, which holds another customer and a table that the first does not have."""
    case = CASES / "folder_names"
    ours = shutil.copytree(case / "exports*", tmp_path / "exports*")
    theirs = shutil.copytree(case / "exports of June", tmp_path / "exports of June")
    for each in (ours, theirs):
        for file in each.rglob("*"):
            file.chmod(0o755)
    customers = theirs / "stripe" / "customer.csv"
    customers.write_text(customers.read_text().replace("cus_1", "cus_2"))
    (theirs / "stripe" / "charge.csv").write_text(
        "id,amount,currency,created,status\nch_1,1,eur,2025-01-01 00:00:00,succeeded\n"
    )
    build = bench.build(
        "star", ours, as_of=AS_OF, tools=["stripe"], select=["stg_stripe__customer", "+stg_stripe__charge"]
    )
    assert build.ask("select stripe_customer_id from staging.stg_stripe__customer") == [("cus_1",)]
    assert build.ask("select count(*) from staging.stg_stripe__charge") == [(0,)]


@pytest.mark.parametrize(
    ("case", "named"),
    [
        ("csv_backslash_quotes", ("stripe.customer", "line 2", "twice")),
        ("files_gz", ("stripe.customer", "customer.csv.gz", "Unpack")),
        ("files_split", ("stripe.customer", "customer_1.csv", "Join the parts")),
        ("files_partitioned", ("stripe.customer", "stripe/customer/", "one file")),
        ("files_upper", ("Stripe", "Rename the folder to 'stripe'")),
    ],
)
def test_what_is_not_read_is_refused_with_a_remedy(case: str, named: tuple[str, ...]) -> None:
    report = check_raw(CASES / case / "exports", read_contract())
    messages = " ".join(str(problem) for problem in report.problems)
    assert all(word in messages for word in named), messages


def test_an_optional_table_in_a_form_that_is_not_read_is_refused_too(tmp_path: Path) -> None:
    """Left out in silence, its rows would be missing from every figure."""
    raw = shutil.copytree(CASES / "csv_bom_crlf" / "exports", tmp_path / "exports")
    (raw / "stripe").chmod(0o755)
    for name in ("refund.csv.gz", "coupon_2024.csv", "Charge.csv"):
        (raw / "stripe" / name).write_text("id\n")
    (raw / "stripe" / "notes.txt").write_text("not a table")
    report = check_raw(raw, read_contract())
    assert sorted(problem.table for problem in report.problems) == ["charge", "coupon", "refund"]
    assert report.ignored == ["stripe/notes.txt"]


def test_column_names_are_compared_without_capitals_blanks_and_underscores(bench: Workbench) -> None:
    """Data Loader's own names: one customer, the duplicate merged into its master, the contact at it."""
    folder = CASES / "salesforce_data_loader_names" / "exports"
    assert not check_raw(folder, read_contract()).problems
    build = bench.build("data_loader", folder, as_of=AS_OF, tools=["salesforce"], select=["+customer_sources"])
    sources = build.ask("select source_id, customer_id, rule from marts.customer_sources order by 1")
    assert [row[0] for row in sources] == ["001A000001AAAAA", "001A000001BBBBB"]
    assert len({row[1] for row in sources}) == 1
    assert "merged_in_tool" in {row[2] for row in sources}
    contacts = build.ask("select contact_id, account_id, last_name, row_status from staging.stg_salesforce__contact")
    assert contacts == [("003A000001AAAAA", "001A000001AAAAA", "Weber", "used")]


def test_parquet_types_are_read_as_what_they_mean(bench: Workbench, tmp_path: Path) -> None:
    """Bytes, structs, zoned and nanosecond times, floating ids and amounts, each beside its plain form."""
    folder = tmp_path / "exports" / "stripe"
    shutil.copytree(CASES / "csv_bom_crlf" / "exports" / "stripe", folder)
    folder.chmod(0o755)
    (folder / "customer.csv").unlink()
    (folder / "invoice.csv").unlink()
    instant = dt.datetime(2025, 1, 1, 8, tzinfo=dt.UTC)
    pq.write_table(
        pa.table(
            {
                "id": pa.array([101.0, 102.0, 103.0]),
                "created": pa.array([instant] * 3, pa.timestamp("ns", "Europe/Berlin")),
                "name": pa.array(["Zoë".encode()] * 3, pa.binary()),
                "metadata": pa.array([{"salesforce_account_id": "001A000001abcdeIAB"}, None, {}]),
                "is_deleted": pa.array([0.0, None, 0.0]),
            }
        ),
        folder / "customer.parquet",
    )
    pq.write_table(
        pa.table(
            {
                "id": pa.array(["in_1", "in_2", "in_3"]),
                "customer_id": pa.array(["101", "102.0", "103"]),
                "status": pa.array(["paid"] * 3),
                "currency": pa.array(["eur"] * 3),
                "created": pa.array([1735718400, 1735718400000, 1735718400000000], pa.int64()),
                "total": pa.array([5000, 12, 99999999999999], pa.decimal128(20, 0)),
            }
        ),
        folder / "invoice.parquet",
    )
    build = bench.build(
        "types", folder.parent, as_of=AS_OF, tools=["stripe"], select=["stg_stripe__customer", "+stg_stripe__invoice"]
    )
    naive = instant.replace(tzinfo=None)
    assert build.ask(
        "select stripe_customer_id, customer_name, crm_account_id, created_at, row_status "
        "from staging.stg_stripe__customer order by 1"
    ) == [
        ("101", "Zoë", "001A000001abcdeIAB", naive, "used"),
        ("102", "Zoë", None, naive, "used"),
        ("103", "Zoë", None, naive, "used"),
    ]
    with build.connect() as connection:
        invoices: duckdb.DuckDBPyConnection = connection.execute(
            "select stripe_customer_id, created_at, cast(total as varchar), row_status "
            "from staging.stg_stripe__invoice order by invoice_id"
        )
        assert invoices.fetchall() == [
            ("101", naive, "50.0000", "used"),
            ("102", naive, "0.1200", "used"),
            ("103", naive, "999999999999.9900", "used"),
        ]


def test_epoch_seconds_are_times(bench: Workbench) -> None:
    """MRR 50.00 at each month end of 2025."""
    build = bench.build(
        "epoch", CASES / "stripe_epoch_seconds" / "exports", as_of=AS_OF, tools=["stripe"], select=["+mrr_months"]
    )
    rows = build.ask("select month_end, closing_mrr from marts.mrr_months order by 1")
    assert [(day.month, float(mrr)) for day, mrr in rows] == [(month, 50.0) for month in range(1, 13)]
