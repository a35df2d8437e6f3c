"""Bad input: a bad file or setting stops the build with one clear error and leaves what is published alone; a bad row
stops nothing and is accounted for; text is data. And the three raw ways in give the same marts."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import harness
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from harness import Build, Workbench, differences, report

from customer360.check_raw import read_contract
from customer360.project import ROOT, dbt

CUSTOMERS, MONTHS, SEED, LAST_DAY = 60, 12, 5, "2025-04-30"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(tmp_path_factory.mktemp("bad_input"))


#: Texts that break careless code; they replace the subjects of tickets.
ODD_TEXTS = (
    "'; drop table marts.customers; --",
    'say "hello", then "goodbye"',
    "{{ ref('customers') }} {% endraw %} {# no comment #}",
    "<script>alert('1')</script> &amp; <b>bold</b>",
    "two\nlines, a\ttab and a \\ backslash",
    "NULL",
    "# no comment either",
    "$1 %s %(name)s ${HOME} `id`",
    "naïve café ☂ 日本語 \U0001f600",
    "=1+1",
)


def is_odd(name: str) -> bool:
    return any(sign in name for sign in ("\n", '"', ";", "{{", "{%", "<", "\\"))


def with_odd_text(row: dict[str, str | None]) -> str | None:
    """The subject of a ticket is replaced by an odd text; every third name of a company gets one behind it."""
    number = sum((row["id"] or "").encode())
    text = ODD_TEXTS[number % len(ODD_TEXTS)]
    if "subject" in row:
        return text
    return f"{row['name']} {text}" if row["name"] and number % 3 == 0 else row["name"]


ODD_COLUMNS = {"zendesk/ticket": "subject", "salesforce/account": "name"}


@pytest.fixture(scope="module")
def exports(bench: Workbench) -> Path:
    """A small company's export in CSV, with all the mess that the simulator plants, and odd texts."""
    raw = bench.folder / "raw" / "csv"
    harness.simulate(raw, customers=CUSTOMERS, months=MONTHS, seed=SEED, kind="csv")
    for table, column in ODD_COLUMNS.items():
        file = raw / f"{table}.csv"
        rows = read_csv(file)
        with file.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(row | {column: with_odd_text(row)} for row in rows)
    return raw


@pytest.fixture(scope="module")
def parquet(bench: Workbench) -> Path:
    """The same in Parquet."""
    raw = bench.folder / "raw" / "parquet"
    harness.simulate(raw, customers=CUSTOMERS, months=MONTHS, seed=SEED)
    for table, column in ODD_COLUMNS.items():
        file = raw / f"{table}.parquet"
        rows = pq.read_table(file)
        texts = pa.array([with_odd_text(row) for row in rows.select(["id", column]).to_pylist()])
        pq.write_table(rows.set_column(rows.column_names.index(column), column, texts), file)
    return raw


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def from_csv(bench: Workbench, exports: Path) -> Build:
    return bench.build("from_csv", exports, as_of=LAST_DAY)


@pytest.fixture(scope="module")
def from_parquet(bench: Workbench, parquet: Path) -> Build:
    return bench.build("from_parquet", parquet, as_of=LAST_DAY)


# ---------------------------------------------------------------- what stops a build


def edit(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    file = folder / name
    content = change(file.read_bytes())
    file.unlink()  # the folder is a copy of hard links
    file.write_bytes(content)


def rename_in_header(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        header, rest = content.split(b"\n", 1)
        names = [new if name == old else name for name in header.split(b",")]
        assert old in header.split(b",")
        return b",".join(names) + b"\n" + rest

    return change


def empty_out(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


#: What is done to a folder of exports, and what the error must name: tool, table, column, remedy.
BROKEN_FOLDERS: dict[str, tuple[Callable[[Path], object], list[str], list[str]]] = {
    "a required table is missing": (
        lambda folder: (folder / "stripe" / "invoice.csv").unlink(),
        ["stripe", "invoice", "missing", "Add stripe/invoice.csv or .parquet", "tools"],
        ["stripe.invoice", "missing", "stripe/invoice.parquet or .csv", "Export it", "tools"],
    ),
    "a required column is missing": (
        lambda folder: edit(folder, "zendesk/ticket.csv", rename_in_header(b"created_at", b"opened")),
        ["zendesk.ticket.created_at", "required column is missing", "Add the column to zendesk/ticket.csv"],
        ["zendesk.ticket", "'created_at'", "required", "Add it to the export"],
    ),
    "a CSV is not UTF-8": (
        lambda folder: edit(folder, "salesforce/account.csv", lambda content: content + b"\xe9\n"),
        ["salesforce.account", "not valid UTF-8", "line", "Export it again as UTF-8"],
        ["salesforce.account", "not UTF-8", "Export it again as UTF-8"],
    ),
    "a header names a column twice": (
        lambda folder: edit(folder, "pendo/event.csv", rename_in_header(b"page_id", b"visitor_id")),
        ["pendo.event.visitor_id", "twice", "Rename or drop"],
        ["pendo.event", "'visitor_id' twice", "Rename or drop"],
    ),
    "a header leaves a name out": (
        lambda folder: edit(folder, "wootric/responses.csv", rename_in_header(b"text", b"")),
        ["wootric.responses", "no name for column", "Name every column"],
        ["wootric.responses", "no name for column", "Name every column"],
    ),
    "a file is empty": (
        lambda folder: edit(folder, "stripe/plan.csv", lambda content: b""),
        ["stripe.plan", "empty", "header line"],
        ["stripe.plan", "empty", "header line"],
    ),
    "the folder is empty": (
        empty_out,
        ["holds no tool's folder", "<tool>/<table>.csv or .parquet", "salesforce"],
        ["holds no <tool>/<table>.parquet or .csv", "right folder"],
    ),
}
#: Settings that cannot be: as options of the command, as dbt vars, and what the error must say.
IMPOSSIBLE: dict[str, tuple[list[str], dict[str, object], list[str]]] = {
    "a tool that is not known": (
        ["--tools", "salesforce,hubspot"],
        {"tools": ["salesforce", "hubspot"]},
        ["hubspot", "unknown", "pendo, salesforce, status, stripe, training, wootric, zendesk"],
    ),
    "a day that is not in the calendar": (["--as-of", "2026-02-30"], {"as_of_date": "2026-02-30"}, ["2026-02-30"]),
    "a word for a day": (["--as-of", "yesterday"], {"as_of_date": "yesterday"}, ["yesterday", "yyyy-mm-dd|%Y-%m-%d"]),
    "a day to come": (["--as-of", "2999-01-01"], {"as_of_date": "2999-01-01"}, ["2999-01-01", "in the future"]),
}


def broken_copy(exports: Path, target: Path, damage: Callable[[Path], object]) -> Path:
    shutil.copytree(exports, target, copy_function=os.link, ignore=shutil.ignore_patterns("truth"))
    damage(target)
    return target


@pytest.fixture(scope="module")
def place(bench: Workbench) -> dict[str, str]:
    """The environment of a real build: files of its own, everything else as a person has it."""
    return os.environ | {
        "CUSTOMER360_BUILD_FILE": str(bench.folder / "real" / "customer360_build.duckdb"),
        "CUSTOMER360_PUBLISH_FOLDER": str(bench.folder / "real" / "publish"),
        "DBT_TARGET_PATH": str(bench.folder / "real" / "target"),
        "DBT_LOG_PATH": str(bench.folder / "real" / "logs"),
        "NO_COLOR": "1",
        "COLUMNS": "400",
    }


def run(command: list[str], place: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(command, cwd=ROOT, env=place, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def build_command(raw: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "customer360", "build", "--raw", str(raw), *options]


@pytest.fixture(scope="module")
def published(exports: Path, place: dict[str, str]) -> Path:
    """A first build of the sound folder, by the real command, with every data test; published."""
    Path(place["CUSTOMER360_BUILD_FILE"]).parent.mkdir(parents=True)
    status, said = run(build_command(exports, "--as-of", LAST_DAY), place)
    assert status == 0, said[-4000:]
    folder = Path(place["CUSTOMER360_PUBLISH_FOLDER"])
    assert (folder / "customer360.duckdb").is_file()
    return folder


def fingerprint(folder: Path) -> dict[str, bytes | str]:
    """Every published file with its bytes, and where the pointer points."""
    found: dict[str, bytes | str] = {
        str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }
    found["parquet/current"] = str((folder / "parquet" / "current").readlink())
    return found


def assert_says(said: str, wanted: list[str]) -> None:
    flat = " ".join(said.split())
    missing = [each for each in wanted if not any(" ".join(way.split()) in flat for way in each.split("|"))]
    assert not missing, f"{missing} not in:\n{said[-3000:]}"


@pytest.mark.parametrize("kind", BROKEN_FOLDERS)
def test_a_broken_folder_stops_the_command(
    kind: str, exports: Path, published: Path, place: dict[str, str], tmp_path: Path
) -> None:
    """One error that names tool, table, column and remedy; what was published stays byte for byte."""
    damage, wanted, _ = BROKEN_FOLDERS[kind]
    before = fingerprint(published)
    status, said = run(build_command(broken_copy(exports, tmp_path / "raw", damage), "--as-of", LAST_DAY), place)
    assert status == 2, said
    assert said.count("error: ") == 1, said
    assert_says(said, wanted)
    assert "Traceback" not in said
    assert fingerprint(published) == before


@pytest.mark.parametrize("kind", BROKEN_FOLDERS)
def test_a_broken_folder_stops_dbt(kind: str, bench: Workbench, exports: Path, tmp_path: Path) -> None:
    """A bare `dbt build` refuses it just so, before it has built anything."""
    damage, _, wanted = BROKEN_FOLDERS[kind]
    raw = broken_copy(exports, tmp_path / "raw", damage)
    with pytest.raises(AssertionError) as refusal:
        bench.build(f"refused_{len(kind)}_{kind[-9:]}".replace(" ", "_"), raw, as_of=LAST_DAY)
    assert_says(str(refusal.value), wanted)


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_an_impossible_setting_stops_the_command(
    kind: str, exports: Path, published: Path, place: dict[str, str]
) -> None:
    options, _, wanted = IMPOSSIBLE[kind]
    before = fingerprint(published)
    status, said = run(build_command(exports, *options), place)
    assert status != 0
    assert_says(said, wanted)
    assert "Traceback" not in said
    assert fingerprint(published) == before


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_an_impossible_setting_stops_dbt(kind: str, bench: Workbench, exports: Path) -> None:
    _, variables, wanted = IMPOSSIBLE[kind]
    with pytest.raises(AssertionError) as refusal:
        bench.build("impossible", exports, as_of=LAST_DAY, variables=variables)
    assert_says(str(refusal.value), wanted)


def test_make_and_dbt_pass_the_error_on(exports: Path, published: Path, place: dict[str, str], tmp_path: Path) -> None:
    """The same through `make build RAW=` and a bare `dbt build --vars` in a process of its own."""
    before = fingerprint(published)
    damage, wanted, wanted_of_dbt = BROKEN_FOLDERS["a required column is missing"]
    raw = broken_copy(exports, tmp_path / "raw", damage)
    status, said = run(["make", "build", f"RAW={raw}", f"AS_OF={LAST_DAY}"], place)
    assert status != 0
    assert_says(said, wanted)
    given = {"raw": "files", "raw_path": str(raw), "as_of_date": LAST_DAY}
    status, said = run([dbt(), "build", "--vars", json.dumps(given)], place)
    assert status != 0
    assert_says(said, wanted_of_dbt)
    assert fingerprint(published) == before


# ---------------------------------------------------------------- bad rows, and text


def raw_row_count(file: Path) -> int:
    """The rows of a CSV, counted by a reader that has nothing to do with the build's."""
    with file.open(encoding="utf-8", newline="") as handle:
        return sum(1 for _ in csv.reader(handle)) - 1


def test_every_raw_row_is_accounted_for(exports: Path, from_csv: Build) -> None:
    counted = {each: raw_row_count(file) for each, file in harness.raw_tables(exports).items()}
    expected = {(tool, table): 0 for tool, tables in read_contract().items() for table in tables} | counted
    accounts = {(row["source_system"], row["source_table"]): row for row in from_csv.rows("row_accounting")}
    assert {each: row["rows_in"] for each, row in accounts.items()} == expected
    for row in accounts.values():
        parts = ("used_rows", "duplicate_rows", "deleted_rows", "rejected_rows")
        assert row["rows_in"] == sum(row[part] for part in parts)
    rejected = Counter((row["source_system"], row["source_table"]) for row in from_csv.rows("rejected_rows"))
    assert rejected == Counter({each: row["rejected_rows"] for each, row in accounts.items() if row["rejected_rows"]})


def test_every_bad_row_that_was_planted_is_rejected_for_its_reason(exports: Path, from_csv: Build) -> None:
    """The simulator plants each fault and says how often."""
    planted = {row["kind"]: int(row["planted"] or 0) for row in read_csv(exports / "truth" / "mess.csv")}
    found = Counter(row["reject_reason"] for row in from_csv.rows("rejected_rows"))
    assert set(found) <= set(planted)
    for one in ("missing_id", "missing_value", "unparseable_date", "unknown_currency", "future_date", "out_of_range"):
        assert found[one] == planted[one] > 0, one
    numbers = ("unparseable_amount", "unparseable_number")
    assert sum(found[one] for one in numbers) == sum(planted[one] for one in numbers) > 0
    assert 0 < found["orphan"] <= planted["orphan"]


def test_text_is_data(exports: Path, from_csv: Build) -> None:
    """SQL, Jinja, HTML, quotes and line breaks arrive as they are."""
    subjects = {f"zendesk.ticket:{row['id']}": row["subject"] for row in read_csv(exports / "zendesk" / "ticket.csv")}
    arrived = {
        row["record_key"]: row["event_text"]
        for row in from_csv.rows("customer_timeline")
        if row["event_type"] == "ticket_opened"
    }
    assert arrived == {key: subjects[key] for key in arrived}
    assert set(ODD_TEXTS) <= set(arrived.values())


def test_names_are_data(exports: Path, from_csv: Build) -> None:
    """A company's name is what its record says, in every mart."""
    names = {
        tool: {row[column].strip(" ") for row in read_csv(exports / tool / f"{table}.csv")}
        for tool, table, column in (
            ("salesforce", "account", "name"),
            ("stripe", "customer", "name"),
            ("zendesk", "organization", "name"),
            ("pendo", "account_history", "agent_name"),
        )
    }
    sources = [row for row in from_csv.rows("customer_sources") if row["account_name"] is not None]
    assert [row["account_name"] for row in sources if row["account_name"] not in names[row["source_system"]]] == []
    odd = [row["customer_name"] for row in from_csv.rows("customers") if is_odd(row["customer_name"] or "")]
    assert len(odd) >= 5
    assert [name for name in odd if name not in set().union(*names.values())] == []


# ---------------------------------------------------------------- ways in


def test_csv_and_parquet_give_the_same_marts(from_csv: Build, from_parquet: Build) -> None:
    harness.assert_same(from_csv, from_parquet)


def test_optional_tables_and_columns_may_be_absent(bench: Workbench, parquet: Path) -> None:
    """Only what is required is there: everything builds, and what depends on the rest is null."""
    contract = read_contract()

    def strip(tool: str, table: str, rows: pa.Table) -> pa.Table | None:
        asked = contract[tool][table]
        return rows.select(list(asked.required_columns)) if asked.required else None

    bare = harness.transform(parquet, bench.folder / "raw" / "bare", strip)
    build = bench.build("bare", bare, as_of=LAST_DAY)
    customers = build.rows("customers")
    assert customers
    assert {row["industry"] for row in customers} == {row["owner_name"] for row in customers} == {None}
    assert {row["payment_count"] for row in customers} <= {None, 0}
    kinds = {row["event_type"] for row in build.rows("customer_timeline")}
    assert "invoice_sent" in kinds
    assert "payment" not in kinds


def test_subscription_instead_of_its_history(bench: Workbench, parquet: Path) -> None:
    """The subscriptions as they are now, which is their latest version, give the marts that the history gives.

    But for notice given, since when only the history can tell: nobody gives any here.
    """
    columns = read_contract()["stripe"]["subscription"].columns
    raw = shutil.copytree(parquet, bench.folder / "raw" / "current", ignore=shutil.ignore_patterns("truth"))
    history, versions = raw / "stripe" / "subscription_history.parquet", bench.folder / "versions.parquet"
    duckdb.sql(f"""
        copy (select * replace (false as cancel_at_period_end, null::timestamp as cancel_at) from '{history}')
        to '{versions}'
    """)
    history.unlink()
    shutil.copy(versions, history)
    from_history = bench.build("from_history", raw, as_of=LAST_DAY)
    duckdb.sql(f"""
        copy (
            select columns(name -> list_contains({sorted(columns)}, name)) from '{versions}'
            qualify row_number() over (partition by id order by _fivetran_synced desc) = 1
        ) to '{raw / "stripe" / "subscription.parquet"}'
    """)
    history.unlink()
    build = bench.build("current", raw, as_of=LAST_DAY)
    found = [
        each
        for mart in build.marts
        for each in differences(mart, from_history.table(mart), build.table(mart))
        if not (mart.name == "row_accounting" and each.key[1].startswith("subscription"))
    ]
    assert not found, f"history | current: {report(found)}"


def test_warehouse_tables_give_the_same_marts(bench: Workbench, parquet: Path, from_parquet: Build) -> None:
    """The exports as tables, one schema a tool, where a loader would have put them."""
    file = bench.file("warehouse")
    file.parent.mkdir(parents=True)
    with duckdb.connect(str(file)) as connection:
        for (tool, table), source in harness.raw_tables(parquet).items():
            connection.execute(f"create schema if not exists {tool}")
            connection.execute(f"create table {tool}.\"{table}\" as from '{source}'")
    harness.assert_same(from_parquet, bench.build("warehouse", None, as_of=LAST_DAY))
