"""What the tests of the project's Python and of its products share."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import harness
import pytest

from customer360 import project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `spark` need Java and the second lock file; without them they are skipped, and say so."""
    java = shutil.which("java") or os.environ.get("JAVA_HOME")
    if java and importlib.util.find_spec("pyspark"):
        return
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.skip(reason="needs Java 17 and requirements-spark.txt: make test-spark"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return project.ROOT


@pytest.fixture(scope="session")
def build_file() -> Path:
    """The DuckDB file of the demo build; `make test` builds it before pytest starts."""
    file = project.build_file()
    if not file.exists():
        pytest.fail(f"{file} is missing: run `dbt build` (or `make test`) first.")
    return file


@pytest.fixture(scope="session")
def built(build_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the demo build."""
    with duckdb.connect(str(build_file), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Public data sets with known answers: the folder that CUSTOMER360_REFERENCE_DATA names."""
    folder = Path(os.environ.get("CUSTOMER360_REFERENCE_DATA", ""))
    if not os.environ.get("CUSTOMER360_REFERENCE_DATA") or not folder.is_dir():
        pytest.skip("CUSTOMER360_REFERENCE_DATA names no folder")
    return folder


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run, the same in all its processes."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def sim2000(run_folder: Path) -> Path:
    """A simulated company of 2,000 customers and 30 months in Parquet, with its truth; the last day is 2026-10-31."""
    return harness.made_once(
        run_folder / "sim2000", lambda folder: harness.simulate(folder, customers=2000, months=30, seed=7)
    )


@pytest.fixture(scope="session")
def built2000(sim2000: Path, run_folder: Path) -> harness.Build:
    """Its marts, built in `raw: files` mode with every data test passing."""
    bench = harness.Workbench(run_folder / "bench2000")
    day = "2026-10-31"
    harness.made_once(bench.folder / "built", lambda _: bench.build("built", sim2000, as_of=day, tests=True))
    marts = harness.public_marts(harness.read_manifest(bench.folder / "parse_files"))
    return harness.Build("2,000 customers", bench.file("built"), day, marts)
