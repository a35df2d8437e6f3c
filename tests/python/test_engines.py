"""The two engines agree: every public mart of the demo company, built on DuckDB and on a local Spark, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from harness import Difference, Mart, build_demo, differences, public_marts, read_manifest, report

from customer360.project import ROOT

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duckdb")
    build_demo("duckdb", folder)
    return folder


@pytest.fixture(scope="module")
def on_spark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spark")
    build_demo("spark", folder)
    return folder


@pytest.fixture(scope="module")
def both(on_duckdb: Path, on_spark: Path) -> duckdb.DuckDBPyConnection:
    """The DuckDB build, with Spark's tables, which are Parquet files, as views in schema `spark`."""
    connection = duckdb.connect(str(on_duckdb / "customer360_build.duckdb"))
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("create schema spark")
    for folder in sorted((on_spark / "spark" / "warehouse" / "marts.db").iterdir()):
        connection.execute(f"create view spark.\"{folder.name}\" as from read_parquet('{folder}/*.parquet')")
    return connection


def kinds(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Column -> kind of its type: a bigint and an integer are one kind, a decimal and a double are two."""
    found = {}
    for name, kind, *_ in connection.execute(f"describe {table}").fetchall():
        found[name] = re.sub(r"\(.*| WITH TIME ZONE", "", kind).replace("BIGINT", "INTEGER")
    return found


def read(connection: duckdb.DuckDBPyConnection, schema: str, mart: Mart) -> pa.Table:
    """A mart; times without the zone in which Spark writes them (UTC)."""
    zoned = [
        name for name, kind, *_ in connection.execute(f'describe {schema}."{mart.name}"').fetchall() if "ZONE" in kind
    ]
    replaced = ", ".join(f'"{name}"::timestamp as "{name}"' for name in zoned)
    rows = f'select * {f"replace ({replaced})" if replaced else ""} from {schema}."{mart.name}"'
    return connection.execute(rows).to_arrow_table()


def test_every_mart_is_the_same_on_both_engines(
    on_duckdb: Path, both: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    marts = public_marts(read_manifest(on_duckdb / "target"))
    made = {
        name for (name,) in both.execute("select view_name from duckdb_views() where schema_name = 'spark'").fetchall()
    }
    assert {mart.name for mart in marts} == made
    found: list[Difference] = []
    values = 0
    for mart in marts:
        left, right = kinds(both, f'marts."{mart.name}"'), kinds(both, f'spark."{mart.name}"')
        if list(left.items()) != list(right.items()):
            wrong = dict(left.items() - right.items()), dict(right.items() - left.items())
            found.append(Difference(mart.name, (), "(columns)", *wrong))
            continue
        rows = read(both, "marts", mart)
        values += rows.num_rows * rows.num_columns
        found += differences(mart, rows, read(both, "spark", mart))
    with capsys.disabled():
        print(f"\n{len(marts)} marts, {values:,} values compared")
    assert not found, f"DuckDB | Spark: {report(found)}"


def test_spark_keeps_its_files_where_it_is_told(on_spark: Path) -> None:
    """No metastore, log or warehouse folder appears in the project's root."""
    assert (on_spark / "spark" / "metastore").is_dir()
    assert [name for name in ("metastore_db", "spark-warehouse", "derby.log") if (ROOT / name).exists()] == []
