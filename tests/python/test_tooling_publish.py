"""Publishing: readers never see half a publication, and only a tested build is published."""

import fcntl
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from customer360 import build as build_module
from customer360 import publish as publish_module
from customer360.build import BuildRequest
from customer360.locks import BusyError, only_one
from customer360.publish import PublishError, emptied_tables, passed, publish, record_pass


def make_build(file: Path, customers: int = 2) -> Path:
    """A build file as dbt leaves it: a mart, a view, their comments, and schemas that are nobody's business."""
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            f"""
            create schema staging;
            create schema marts;
            create table staging.secret as select 1 as password;
            create table marts.customers as
                select cast(n as integer) as customer_id, 'it''s ' || n as "Name" from range({customers}) as t(n);
            create view marts.first_customer as from marts.customers where customer_id = 0;
            comment on table marts.customers is 'It''s one row a customer.';
            comment on column marts.customers."Name" is 'The name, "as is".';
            """
        )
    return file


def count(file: Path, table: str = "marts.customers") -> int:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


@pytest.fixture
def built_once(tmp_path: Path) -> Path:
    return make_build(tmp_path / "build.duckdb")


def test_only_the_marts_are_published_with_their_comments(built_once: Path, tmp_path: Path) -> None:
    done = publish(built_once, tmp_path / "publish", "2026-10-31")
    assert done.rows == {"customers": 2, "first_customer": 1}
    with duckdb.connect(str(done.file), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, comment from duckdb_tables() order by 2"
        ).fetchall()
        comment = connection.execute(
            "select comment from duckdb_columns() where column_name = 'Name' and table_name = 'customers'"
        ).fetchone()[0]
        version = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'customer360'"
        ).fetchone()[0]
    assert tables == [("marts", "customers", "It's one row a customer."), ("marts", "first_customer", None)]
    assert comment == 'The name, "as is".'
    assert version.startswith("v1.2")


def test_parquet_lies_behind_one_pointer_and_is_named_by_its_content(built_once: Path, tmp_path: Path) -> None:
    folder = tmp_path / "publish"
    first = publish(built_once, folder, "2026-10-31")
    assert (folder / "parquet" / "current").resolve() == first.parquet
    assert first.parquet.name.startswith("2026-10-31-")
    assert duckdb.sql(f"from '{folder}/parquet/current/customers.parquet'").fetchall() == [(0, "it's 0"), (1, "it's 1")]
    assert json.loads((first.parquet / "publication.json").read_text())["rows"]["customers"] == 2
    assert publish(built_once, folder, "2026-10-31").parquet == first.parquet

    second = publish(make_build(built_once, 3), folder, "2026-10-31")
    assert second.parquet != first.parquet
    assert (folder / "parquet" / "current").resolve() == second.parquet
    assert first.parquet.exists(), "who reads the older Parquet files may finish"


def test_old_parquet_publications_are_dropped_but_never_the_current_one(built_once: Path, tmp_path: Path) -> None:
    folder = tmp_path / "publish"
    for customers in range(1, 5):
        done = publish(make_build(built_once, customers), folder, "2026-10-31", keep=2)
    kept = {entry.name for entry in (folder / "parquet").iterdir() if not entry.is_symlink()}
    assert len(kept) == 2
    assert done.parquet.name in kept


def test_a_reader_of_the_old_file_goes_on_and_a_new_one_sees_the_new(built_once: Path, tmp_path: Path) -> None:
    file = publish(built_once, tmp_path / "publish", "2026-10-31").file
    script = (
        "import duckdb, sys\n"
        "connection = duckdb.connect(sys.argv[1], read_only=True)\n"
        "ask = lambda: print(connection.execute('select count(*) from marts.customers').fetchone()[0], flush=True)\n"
        "ask(); sys.stdin.readline(); ask()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout.readline() == "2\n"
        publish(make_build(built_once, 5), tmp_path / "publish", "2026-10-31")
        assert count(file) == 5
        answer, _ = reader.communicate("\n")
    assert answer == "2\n"


def test_a_stale_wal_is_removed(built_once: Path, tmp_path: Path) -> None:
    file = publish(built_once, tmp_path / "publish", "2026-10-31").file
    wal = file.with_name(f"{file.name}.wal")
    wal.write_bytes(b"left by a process that died")
    publish(make_build(built_once, 5), tmp_path / "publish", "2026-10-31")
    assert not wal.exists()
    assert count(file) == 5


def test_a_file_that_is_open_for_writing_is_not_replaced(built_once: Path, tmp_path: Path) -> None:
    file = publish(built_once, tmp_path / "publish", "2026-10-31").file
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.readline()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "open\n"
        with pytest.raises(PublishError, match="open for writing"):
            publish(make_build(built_once, 5), tmp_path / "publish", "2026-10-31")
        writer.communicate("\n")
    assert count(file) == 2


def test_a_publication_that_breaks_off_leaves_the_old_one(
    built_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "publish"
    first = publish(built_once, folder, "2026-10-31")

    def break_off(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(publish_module, "_write_parquet", break_off)
    with pytest.raises(OSError, match="disk is full"):
        publish(make_build(built_once, 5), folder, "2026-10-31")
    assert count(first.file) == 2
    assert (folder / "parquet" / "current").resolve() == first.parquet
    assert not list(folder.glob(".staging-*"))


def test_a_build_without_marts_publishes_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "build.duckdb"
    duckdb.connect(str(empty)).close()
    with pytest.raises(PublishError, match="holds no table in schema marts"):
        publish(empty, tmp_path / "publish", "2026-10-31")
    assert not (tmp_path / "publish" / "customer360.duckdb").exists()


def test_one_publication_at_a_time(built_once: Path, tmp_path: Path) -> None:
    (tmp_path / "publish").mkdir()
    with (tmp_path / "publish" / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="publishing"):
            publish(built_once, tmp_path / "publish", "2026-10-31")
    with only_one(tmp_path / "publish" / ".lock", "publishing"):
        pass


def test_a_build_file_counts_as_tested_until_it_is_written_to(built_once: Path) -> None:
    assert passed(built_once) is None
    record_pass(built_once, "2026-10-31", "exports")
    assert count(built_once) == 2
    assert passed(built_once) == ("2026-10-31", "exports"), "reading changes nothing"
    with duckdb.connect(str(built_once)) as connection:
        connection.execute("insert into marts.customers values (9, 'nine')")
    assert passed(built_once) is None


@pytest.fixture
def project_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The build command, working in a folder of its own on a build file of its own."""
    monkeypatch.setenv("CUSTOMER360_BUILD_FILE", str(make_build(tmp_path / "build.duckdb")))
    monkeypatch.setenv("CUSTOMER360_PUBLISH_FOLDER", str(tmp_path / "publish"))
    monkeypatch.setattr(build_module, "_mart_descriptions", lambda: {"customers": "One row a customer."})
    monkeypatch.setattr(build_module, "say_missing_rates", lambda *_, **__: None)
    return tmp_path


def test_a_failed_build_publishes_nothing(
    project_at: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    request = BuildRequest.of("demo", date(2026, 10, 31), None, "duckdb")
    monkeypatch.setattr(build_module, "_run_dbt", lambda *_, **__: 0)
    assert build_module.run_build(request, verbose=False) == 0
    out = capsys.readouterr().out
    assert "One row a customer." in out
    assert "customer360 query" in out

    def fail(*_: object, **__: object) -> int:
        make_build(project_at / "build.duckdb", 5)
        return 1

    monkeypatch.setattr(build_module, "_run_dbt", fail)
    assert build_module.run_build(request, verbose=False) == 1
    assert "untouched" in capsys.readouterr().out
    assert count(project_at / "publish" / "customer360.duckdb") == 2
    assert publish_module.run_publish(force=False, keep=3) == 1
    assert count(project_at / "publish" / "customer360.duckdb") == 2
    assert publish_module.run_publish(force=True, keep=3) == 0
    assert count(project_at / "publish" / "customer360.duckdb") == 5


@pytest.mark.usefixtures("project_at")
def test_unsound_raw_files_start_no_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> int:
        pytest.fail("dbt was started")

    monkeypatch.setattr(build_module, "_run_dbt", fail)
    (tmp_path / "exports").mkdir()
    request = BuildRequest.of(str(tmp_path / "exports"), None, None, "duckdb")
    assert build_module.run_build(request, verbose=False) == 2


def accounted(file: Path, **rows: int) -> Path:
    """The build file with a row accounting: raw tables of one tool and their rows."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table marts.row_accounting (source_system text, source_table text, rows_in bigint)")
        for table, count_in in rows.items():
            connection.execute("insert into marts.row_accounting values ('stripe', ?, ?)", [table, count_in])
    return file


def test_a_raw_table_that_had_rows_and_has_none_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "publish"
    old = accounted(make_build(tmp_path / "old.duckdb"), charge=3, refund=2, coupon=0, invoice=5)
    new = accounted(make_build(tmp_path / "new.duckdb"), charge=0, coupon=0, invoice=1)
    assert emptied_tables(new, folder, "2026-10-31", "exports") == {}, "nothing is published yet"
    publish(old, folder, "2026-10-30", source="exports")
    assert emptied_tables(new, folder, "2026-10-31", "exports") == {"stripe.charge": 3, "stripe.refund": 2}
    assert emptied_tables(new, folder, "2026-10-29", "exports") == {}, "an earlier day may know of fewer tables"
    assert emptied_tables(new, folder, "2026-10-31", "other exports") == {}, "another company says nothing"


def test_a_build_with_an_emptied_table_is_not_published(
    project_at: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build_with(rows: int) -> None:
        file = project_at / "build.duckdb"
        monkeypatch.setattr(
            build_module, "_run_dbt", lambda *_, **__: accounted(make_build(file, rows), charge=rows) and 0
        )

    build_with(3)
    request = BuildRequest.of("warehouse", date(2026, 10, 31), None, "duckdb")
    assert build_module.run_build(request, verbose=False) == 0
    build_with(0)
    assert build_module.run_build(request, verbose=False) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "stripe.charge (3 rows)" in out
    assert "--may-be-empty stripe.charge" in out
    assert count(project_at / "publish" / "customer360.duckdb") == 3
    assert publish_module.run_publish(force=False, keep=3) == 1, "such a build has not passed"
    allowed = BuildRequest.of("warehouse", date(2026, 10, 31), None, "duckdb", ("stripe.charge",))
    assert build_module.run_build(allowed, verbose=False) == 0
