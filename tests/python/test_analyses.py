"""Every question in analyses/ is answered by the demo build, in the columns that its header promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import harness
import pytest

from customer360.project import ROOT

ANALYSES = sorted(file.stem for file in ROOT.joinpath("analyses").glob("*.sql"))


def promised(sql: str) -> list[str]:
    """The columns that the header of an analysis names."""
    header = re.match(r"(?:--.*\n)+", sql)
    assert header, "it begins with a comment that asks the question"
    words = " ".join(line.removeprefix("--").strip() for line in header[0].splitlines())
    question, found, columns = words.partition("Columns:")
    assert found
    assert len(question.split()) > 8
    return [each.strip() for each in columns.split(",")]


@pytest.fixture(scope="module")
def compiled(run_folder: Path) -> Path:
    """The analyses as SQL for the demo build; compiled beside an empty file, so that the build is not locked."""

    def write(folder: Path) -> None:
        command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile", "--no-introspect"]
        command += ["--select", "resource_type:analysis"]
        place = os.environ | {
            "CUSTOMER360_BUILD_FILE": str(folder / harness.Workbench.FILE),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        done = subprocess.run(command, cwd=ROOT, env=place, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stdout[-2000:] + done.stderr[-2000:]

    folder = run_folder / "analyses"
    folder.mkdir(parents=True, exist_ok=True)
    return harness.made_once(folder, write) / "target/compiled/customer360/analyses"


def test_there_are_about_ten() -> None:
    assert len(ANALYSES) >= 10


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_keeps_the_promise_of_its_header(
    name: str, compiled: Path, built: duckdb.DuckDBPyConnection
) -> None:
    columns = promised(ROOT.joinpath(f"analyses/{name}.sql").read_text(encoding="utf-8"))
    answer = built.execute(compiled.joinpath(f"{name}.sql").read_text(encoding="utf-8"))
    assert [each[0] for each in answer.description or []] == columns
    rows = answer.fetchall()
    assert rows
    known = [column for place, column in enumerate(columns) if any(row[place] is not None for row in rows)]
    print(f"\n{name}: {len(rows)} rows, {len(known)} of {len(columns)} columns with values")
    assert len(known) >= len(columns) - 1
