"""The command line and the Makefile: every command explains itself, and asks dbt for the right thing."""

import json
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from customer360.build import BuildRequest
from customer360.cli import app
from customer360.project import project_vars
from customer360.tests_run import run_test_summary

COMMANDS = ["build", "publish", "check-raw", "query", "fit-purchases"]


@pytest.mark.parametrize("command", [[], *[[name] for name in COMMANDS]])
def test_help(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_the_help_lists_every_command() -> None:
    listed = CliRunner().invoke(app, ["--help"]).output
    assert [name for name in [*COMMANDS, "simulate"] if name not in listed] == []


def test_a_date_that_is_none_is_refused() -> None:
    assert CliRunner().invoke(app, ["build", "--as-of", "31.10.2026"]).exit_code == 2


def test_make_help_lists_every_target(root: Path) -> None:
    listed = subprocess.run(["make", "help"], cwd=root, check=True, capture_output=True, text=True).stdout
    makefile = (root / "Makefile").read_text()
    targets = makefile.split(".PHONY:")[1].splitlines()[0].split()
    assert [target for target in targets if f"make {target} " not in listed] == []


def test_the_demo_build_passes_no_vars() -> None:
    """Vars would make dbt read the whole project again after a bare `dbt build`."""
    command = BuildRequest.of("demo", None, None, "duckdb").dbt_command()
    assert command[1:] == ["build", "--target", "duckdb"]


def test_a_build_from_files(tmp_path: Path) -> None:
    request = BuildRequest.of(str(tmp_path), date(2026, 6, 30), ["stripe"], "spark")
    command = request.dbt_command()
    assert json.loads(command[command.index("--vars") + 1]) == {
        "raw": "files",
        "raw_path": str(tmp_path),
        "as_of_date": "2026-06-30",
        "tools": ["stripe"],
    }
    assert command[-2:] == ["--exclude-resource-type", "unit_test"]
    assert command[command.index("--target") + 1] == "spark"


def test_the_day_of_a_build_is_the_demo_last_day_or_today() -> None:
    last_day = date.fromisoformat(project_vars()["demo_last_day"])
    assert BuildRequest.of("demo", None, None, "duckdb").day() == last_day
    assert "as_of_date" in BuildRequest.of("warehouse", None, None, "duckdb").dbt_vars()
    assert BuildRequest.of("demo", date(2025, 1, 1), None, "duckdb").day() == date(2025, 1, 1)


def _reports(folder: Path, dbt: Counter[tuple[str, str]], failures: int = 0) -> tuple[Path, Path]:
    results = [{"unique_id": f"{kind}.customer360.x", "status": status} for kind, status in dbt.elements()]
    dbt_results, report = folder / "run_results.json", folder / "pytest.xml"
    dbt_results.write_text(json.dumps({"results": results}))
    report.write_text(f'<testsuites><testsuite tests="10" failures="{failures}" errors="0" skipped="2"/></testsuites>')
    return dbt_results, report


def test_the_summary_counts_each_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dbt = Counter({("test", "pass"): 5, ("test", "warn"): 1, ("unit_test", "pass"): 3, ("model", "success"): 9})
    assert run_test_summary(*_reports(tmp_path, dbt)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "data tests     5 passed, 0 failed, 1 warned",
        "unit tests     3 passed, 0 failed",
        "pytest         8 passed, 0 failed, 2 skipped",
        "total: 16 passed, 0 failed, 2 skipped",
    ]


def test_the_summary_fails_when_a_kind_ran_no_test_or_one_failed(tmp_path: Path) -> None:
    assert run_test_summary(*_reports(tmp_path, Counter({("test", "pass"): 5}))) == 1
    both = Counter({("test", "pass"): 5, ("unit_test", "pass"): 1})
    assert run_test_summary(*_reports(tmp_path, both, failures=1)) == 1
    assert run_test_summary(*_reports(tmp_path, both | Counter({("test", "fail"): 1}))) == 1
