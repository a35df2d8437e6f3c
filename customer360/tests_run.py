"""How many tests of each kind ran: the last lines of `make test`."""

import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

from rich.console import Console

_OUTCOME = {"pass": "passed", "success": "passed", "warn": "warned", "skipped": "skipped"}


def dbt_counts(results_file: Path) -> dict[str, Counter[str]]:
    """Outcomes of dbt's data tests and unit tests."""
    counts = {"data tests": Counter(), "unit tests": Counter()}
    for result in json.loads(results_file.read_text(encoding="utf-8"))["results"]:
        kind = {"test": "data tests", "unit_test": "unit tests"}.get(result["unique_id"].split(".")[0])
        if kind:
            counts[kind][_OUTCOME.get(result["status"], "failed")] += 1
    return counts


def pytest_counts(report_file: Path) -> Counter[str]:
    """Outcomes of the pytest run."""
    counts: Counter[str] = Counter()
    for suite in ElementTree.parse(report_file).getroot().iter("testsuite"):  # noqa: S314 our own file
        total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        counts.update(passed=total - skipped - failed, failed=failed, skipped=skipped)
    return counts


def run_test_summary(dbt_results: Path, pytest_report: Path) -> int:
    """Prints one line a kind and the total; non-zero when a test failed or a kind ran no test at all."""
    kinds = dbt_counts(dbt_results) | {"pytest": pytest_counts(pytest_report)}
    console, total = Console(highlight=False), Counter()
    for kind, counts in kinds.items():
        total += counts
        extras = "".join(f", {counts[name]} {name}" for name in ("warned", "skipped") if counts[name])
        console.print(f"{kind:<10} {counts['passed']:>5} passed, {counts['failed']} failed{extras}")
    console.print(f"total: {total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    empty = [kind for kind, counts in kinds.items() if not counts["passed"]]
    if empty:
        console.print(f"[red]No test passed among: {', '.join(empty)}[/red]")
    return 1 if total["failed"] or empty else 0
