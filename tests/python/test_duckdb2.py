"""The demo build also passes on DuckDB 2.0, with the same marts. `make test-duckdb2`; not part of `make test`."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import duckdb
import pytest
from harness import Difference, build_demo, differences, public_marts, read_manifest, report

from customer360.project import ROOT

pytestmark = pytest.mark.duckdb2


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of an environment that has DuckDB 2.0 and, for all the rest, the packages of this one."""
    folder = ROOT / "target" / "duckdb2"
    interpreter = folder / "bin" / "python"
    if not interpreter.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        (own_packages,) = folder.glob("lib/python3*/site-packages")
        (own_packages / "of_the_project.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "duckdb>=2.0,<2.1"]
    subprocess.run([str(interpreter), *install], check=True)
    return interpreter


def test_duckdb_2_builds_the_same_marts(python: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    two = build_demo("duckdb", tmp_path / "two", python=python, tests=True)
    one = build_demo("duckdb", tmp_path / "one")
    file = "customer360_build.duckdb"
    # an older DuckDB does not open what a newer one wrote
    export = (
        "import sys, duckdb; connection = duckdb.connect(sys.argv[1], read_only=True); names = connection.execute("
        "\"select table_name from duckdb_tables() where schema_name = 'marts'\").fetchall();"
        "[connection.execute(f\"copy marts.{name} to '{sys.argv[2]}/{name}.parquet'\") for (name,) in names];"
        "print(duckdb.__version__)"
    )
    command = [str(python), "-c", export, str(two / file), str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[Difference] = []
    with duckdb.connect(str(one / file), read_only=True) as connection:
        for mart in public_marts(read_manifest(one / "target")):
            left = connection.execute(f'from marts."{mart.name}"').to_arrow_table()
            right = connection.execute(f"from '{tmp_path}/{mart.name}.parquet'").to_arrow_table()
            found += differences(mart, left, right)
    with capsys.disabled():
        print(f"\nDuckDB {duckdb.__version__} and {done.stdout.strip()}: all tests pass, the marts are the same")
    assert done.stdout.startswith("2.")
    assert not found, f"DuckDB 1 | DuckDB 2: {report(found)}"
