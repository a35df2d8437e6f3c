"""Run a whole build: check the raw files, `dbt build`, publish, and say what was built and how to look at it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from customer360.check_raw import check_raw, print_report, read_contract
from customer360.locks import BusyError, only_one
from customer360.missing_rates import say_missing_rates
from customer360.project import ROOT, build_file, dbt, project_vars, publish_folder, shown
from customer360.publish import MARTS, Publication, PublishError, emptied_tables, forget_pass, publish, record_pass

_STEP = re.compile(r"\b(?P<number>\d+) of (?P<total>\d+) (?P<word>[A-Z]+)\b (?P<what>.*?)\s*\.{2,}")
_STARTED = "START"


@dataclass(frozen=True)
class BuildRequest:
    """What to build: from which raw rows, as of which day, with which tools, on which engine."""

    raw: str
    folder: Path | None
    as_of: date | None
    tools: list[str] | None
    target: str
    may_be_empty: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, raw: str, as_of: date | None, tools: list[str] | None, target: str, may_be_empty: tuple[str, ...] = ()
    ) -> "BuildRequest":
        """`raw` is demo, warehouse, or else a folder; `may_be_empty` names raw tables, as <tool>.<table>."""
        if raw in ("demo", "warehouse"):
            return cls(raw, None, as_of, tools, target, may_be_empty)
        return cls("files", Path(raw).expanduser().resolve(), as_of, tools, target, may_be_empty)

    def source(self) -> str:
        """A name for where the raw rows come from, which says nothing of the place itself."""
        return hashlib.sha256(f"{self.raw} {self.folder or ''}".encode()).hexdigest()[:12]

    def day(self) -> date:
        """The day that the marts will be as of: macro as_of_day() settles it the same way."""
        default = project_vars()
        if given := self.as_of or default.get("as_of_date"):
            return given if isinstance(given, date) else date.fromisoformat(given)
        return date.fromisoformat(str(default["demo_last_day"])) if self.raw == "demo" else datetime.now(UTC).date()

    def dbt_vars(self) -> dict[str, object]:
        """Only what differs from dbt_project.yml: dbt re-reads the project whenever the vars change."""
        given: dict[str, object] = {}
        if self.raw != "demo":
            given |= {"raw": self.raw, "as_of_date": self.day().isoformat()}
        if self.as_of:
            given["as_of_date"] = self.as_of.isoformat()
        if self.folder:
            given["raw_path"] = str(self.folder)
        if self.tools is not None:
            given["tools"] = self.tools
        return given

    def dbt_command(self) -> list[str]:
        """The dbt command that does it."""
        command = [dbt(), "build", "--target", self.target]
        if given := self.dbt_vars():
            command += ["--vars", json.dumps(given)]
        if self.raw != "demo":
            # Unit tests try the rules on rows of their own; the demo build runs them.
            command += ["--exclude-resource-type", "unit_test"]
        return command


def _with_tools_found(request: BuildRequest, console: Console) -> BuildRequest | None:
    """Checks the raw files; returns the request with the tools to switch on, or None when a problem was found."""
    report = check_raw(request.folder, read_contract(), request.tools)
    print_report(report, request.folder, console)
    if report.problems:
        return None
    return replace(request, tools=report.tools)


def _run_dbt(request: BuildRequest, console: Console, *, verbose: bool) -> int:
    """Runs dbt in a process of its own, so that it has let go of the build file when this returns."""
    command = request.dbt_command()
    if verbose or not console.is_terminal:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    last_lines: deque[str] = deque(maxlen=200)
    with (
        Progress(*columns, console=console, transient=True) as progress,
        subprocess.Popen(
            [*command, "--no-use-colors"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        task = progress.add_task("Reading the project", total=None)
        done = 0
        for line in process.stdout:
            if not (step := _STEP.search(line)):
                last_lines.append(line.rstrip())
                continue
            done += step["word"] != _STARTED
            progress.update(task, total=int(step["total"]), completed=done, description=step["what"][:50].ljust(50))
    if process.returncode:
        start = max((i for i, line in enumerate(last_lines) if "Completed with" in line), default=0)
        console.print("\n".join(list(last_lines)[start:]), markup=False)
        console.print("The whole log: logs/dbt.log")
    return process.returncode


def _print_summary(request: BuildRequest, done: Publication, descriptions: dict[str, str], console: Console) -> None:
    table = Table(title=f"The marts as of {request.day()}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("mart", no_wrap=True)
    table.add_column("rows", no_wrap=True, justify="right")
    table.add_column("what it holds", overflow="fold", max_width=80)
    for mart, rows in done.rows.items():
        table.add_row(mart, f"{rows:,}", Text(descriptions.get(mart, "")))
    console.print(table, width=max(console.width, 120))
    python = ".venv/bin/python" if (ROOT / ".venv").exists() else "python"
    console.print(
        f"\nPublished  {shown(done.file)}  (schema {MARTS}; any DuckDB 1.2 or newer reads it)"
        f"\nParquet    {shown(done.parquet.parent / 'current')}/  -> {done.parquet.name}"
        f'\nLook at it {python} -m customer360 query "from {MARTS}.customers limit 5"',
        markup=False,
    )


def _emptied_message(lost: dict[str, int]) -> str:
    tables = ", ".join(f"{table} ({rows:,} rows)" for table, rows in lost.items())
    return (
        f"Not published: raw tables that had rows in what is published have none now: {tables}. "
        "Look at the export and at the loader. If they are empty for a reason, name them: "
        f"--may-be-empty {','.join(lost)} (make build MAY_BE_EMPTY={','.join(lost)})."
    )


def _mart_descriptions() -> dict[str, str]:
    """The first sentence of each mart's description."""
    nodes = json.loads((ROOT / os.environ.get("DBT_TARGET_PATH", "target") / "manifest.json").read_text("utf-8"))[
        "nodes"
    ]
    return {
        node["name"]: re.split(r"(?<=[.:;])\s", " ".join(node["description"].split()))[0]
        for node in nodes.values()
        if node["resource_type"] == "model"
    }


def run_build(request: BuildRequest, *, verbose: bool) -> int:
    """0: built and published. 1: dbt or a test failed, or the copy did. 2: the raw inputs are not sound."""
    console, build = Console(highlight=False, soft_wrap=True), build_file()
    if request.target == "spark" and not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        console.print("[red]Spark needs Java 17 or newer:[/red] no java is on the PATH and JAVA_HOME is not set.")
        return 2
    try:
        with only_one(build.with_name(f".{build.stem}.{request.target}.lock"), "building"):
            if request.folder:
                checked = _with_tools_found(request, console)
                if checked is None:
                    return 2
                request = checked
            if request.target == "duckdb":
                forget_pass(build)
            if _run_dbt(request, console, verbose=verbose):
                console.print("\n[red]The build failed; what was published before is untouched.[/red]")
                return 1
            if request.target != "duckdb":
                console.print(f"\nBuilt and tested on {request.target}: the marts are in its schema {MARTS}.")
                return 0
            day = request.day().isoformat()
            emptied = emptied_tables(build, publish_folder(), day, request.source())
            if lost := {table: rows for table, rows in emptied.items() if table not in request.may_be_empty}:
                raise PublishError(_emptied_message(lost))
            record_pass(build, day, request.source())
            done = publish(build, publish_folder(), day, source=request.source())
            _print_summary(request, done, _mart_descriptions(), console)
            say_missing_rates(build, console, is_demo=request.raw == "demo")
    except (BusyError, PublishError) as error:
        console.print(Text(str(error), style="red"))
        return 1
    return 0
