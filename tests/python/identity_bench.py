"""What the identity tests share: raw folders written by hand, builds of the identity part, scores of a clustering."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from customer360.check_raw import read_contract
from customer360.project import ROOT, dbt

OVERRIDE_COLUMNS = [
    "action",
    *(f"source_{part}_{side}" for side in "ab" for part in ("system", "table", "id")),
    "reason",
    "owner",
]
#: What a copy of the project leaves out.
NOT_COPIED = (".git", ".venv", "target", "logs", "demo", "__pycache__", "python", "analyses", "dbt_packages")


def write_raw(folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> Path:
    """Writes `{'<tool>/<table>': rows}` as CSV; the required tables of these tools that are not given are empty."""
    contract = read_contract()
    tools = {name.split("/")[0] for name in tables}
    wanted = {f"{tool}/{table}": entry for tool in tools for table, entry in contract[tool].items()}
    for name, entry in wanted.items():
        if not entry.required and name not in tables:
            continue
        rows = list(tables.get(name, ()))
        columns = sorted({*entry.required_columns, *(column for row in rows for column in row)})
        file = folder / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.DictWriter(opened, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


class Project:
    """A copy of the project whose rule seeds a test may change."""

    def __init__(self, folder: Path, overrides: Sequence[Mapping[str, str]] = ()) -> None:
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        with (folder / "seeds/rules/identity_overrides.csv").open("w", newline="", encoding="utf-8") as opened:
            writer = csv.DictWriter(opened, OVERRIDE_COLUMNS, lineterminator="\n", restval="test")
            writer.writeheader()
            writer.writerows(overrides)

    def build(self, name: str, raw: Path, *, tools: Sequence[str], as_of: str = "2026-10-31") -> Path:
        """Builds identity and what it reads, with its data tests; gives the database file."""
        file = self.folder / f"{name}.duckdb"
        given = {"raw": "files", "raw_path": str(raw), "tools": list(tools), "as_of_date": as_of}
        command = [dbt(), "--quiet", "--no-use-colors", "build", "--select", "+path:models/marts/identity"]
        command += ["path:tests/singular/identity_*", "--exclude-resource-type", "unit_test"]
        # tests of what is built, not those that also look at something else
        command += ["--indirect-selection", "buildable"]
        command += ["--target", "duckdb", "--target-path", str(self.folder / "target"), "--vars", json.dumps(given)]
        command += ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder / "profiles")]
        environment = {**os.environ, "CUSTOMER360_BUILD_FILE": str(file), "DBT_LOG_PATH": str(self.folder / "logs")}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-2000:]}"
        return file


def ask(file: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query on a build file."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def clusters_of(file: Path) -> dict[str, str]:
    """Record key -> cluster, deleted ones included."""
    return dict(ask(file, "select record_key, earliest_key from intermediate.int_identity__customers"))


@dataclass(frozen=True)
class Scores:
    """How well a clustering finds the true one: over pairs of records, and over records (B-cubed)."""

    precision: float
    recall: float
    b_cubed_precision: float
    b_cubed_recall: float

    @property
    def f1(self) -> float:
        return _harmonic_mean(self.precision, self.recall)

    @property
    def b_cubed_f1(self) -> float:
        return _harmonic_mean(self.b_cubed_precision, self.b_cubed_recall)

    def __str__(self) -> str:
        return (
            f"pairwise precision {self.precision:.4f}, recall {self.recall:.4f}, F1 {self.f1:.4f}; "
            f"B-cubed precision {self.b_cubed_precision:.4f}, recall {self.b_cubed_recall:.4f}, "
            f"F1 {self.b_cubed_f1:.4f}"
        )


def score(found: Mapping[str, str], true: Mapping[str, str]) -> Scores:
    """Compares two clusterings of the same records."""
    assert found.keys() == true.keys()
    both = Counter((found[record], true[record]) for record in true)
    of_found, of_true = Counter(found.values()), Counter(true.values())
    right, claimed, wanted = (_pairs(counts) for counts in (both, of_found, of_true))
    return Scores(
        right / claimed if claimed else 1.0,
        right / wanted if wanted else 1.0,
        sum(n * n / of_found[cluster] for (cluster, _), n in both.items()) / len(true),
        sum(n * n / of_true[entity] for (_, entity), n in both.items()) / len(true),
    )


def _pairs(counts: Counter[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def _harmonic_mean(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0
