"""Check a folder of exports before dbt reads it: `<folder>/<tool>/<table>.csv|parquet`.

What a table must hold is said once, in the sources files of the staging models. This check reads the same files, but
unlike the build it looks at every byte, names every problem at once, and takes seconds.
"""

import codecs
import csv
import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import yaml
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.text import Text

from customer360.project import ROOT, shown

KINDS = (".csv", ".parquet")
_CHUNK = 1 << 20
# The longest header that is read; dbt's reader takes lines of 16 MB, and no header comes near that.
_HEADER_LIMIT = 1 << 20


class RawInputError(ValueError):
    """One thing that is wrong with the raw inputs, and what to do about it."""

    def __init__(self, problem: str, remedy: str, *, tool: str = "", table: str = "", column: str = "") -> None:
        self.problem, self.remedy, self.tool, self.table, self.column = problem, remedy, tool, table, column
        place = ".".join(part for part in (tool, table, column) if part)
        super().__init__(f"{place}: {problem} {remedy}" if place else f"{problem} {remedy}")


@dataclass(frozen=True)
class Table:
    """What the staging models need of one raw table."""

    required: bool
    columns: frozenset[str]
    required_columns: tuple[str, ...]


Contract = dict[str, dict[str, Table]]
"""tool -> table -> what it must hold."""


@dataclass
class Report:
    """What a check found."""

    tools: list[str] = field(default_factory=list)
    files: int = 0
    problems: list[RawInputError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


# ---------------------------------------------------------------- the contract


def _required(entry: dict) -> bool:
    return bool(entry.get("config", {}).get("meta", {}).get("required", False))


def read_contract(staging: Path = ROOT / "models" / "staging") -> Contract:
    """Reads the sources files of all tools."""
    contract: Contract = {}
    for file in sorted(staging.glob("*/_*__sources.yml")):
        for source in yaml.safe_load(file.read_text(encoding="utf-8")).get("sources", []):
            tables = contract.setdefault(source["name"], {})
            for table in source.get("tables", []):
                columns = table.get("columns", [])
                tables[table["name"]] = Table(
                    required=_required(table),
                    columns=frozenset(column["name"].lower() for column in columns),
                    required_columns=tuple(column["name"] for column in columns if _required(column)),
                )
    return contract


# ---------------------------------------------------------------- one file


def _check_encoding(file: Path, advance: Callable[[int], None]) -> None:
    """Reads the whole file through an incremental decoder: no size is too large for it."""
    decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
    with file.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                _not_utf8(file, read - pending + error.start)
            read += len(chunk)
            advance(len(chunk))
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        _not_utf8(file, read)


def _not_utf8(file: Path, offset: int) -> None:
    with file.open("rb") as handle:
        start = handle.read(2)
        line = 1
        handle.seek(0)
        for chunk in iter(lambda: handle.read(_CHUNK), b""):
            line += chunk[: max(0, offset)].count(b"\n")
            offset -= len(chunk)
            if offset <= 0:
                break
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise RawInputError("the file is UTF-16, not UTF-8.", "Export it again as UTF-8.")
    raise RawInputError(
        f"the file is not valid UTF-8 (first bad byte in line {line}).",
        "Export it again as UTF-8; a spreadsheet calls that 'CSV UTF-8'.",
    )


def _csv_header(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="", errors="replace") as handle:
        text = handle.read(_HEADER_LIMIT)
    if not text.strip():
        raise RawInputError("the file is empty.", "Export it with its header line, even when it has no rows.")
    if "\x00" in text:
        raise RawInputError("the file holds NUL bytes, as UTF-16 text does.", "Export it again as UTF-8.")
    try:
        header = next(csv.reader(text.splitlines(keepends=True), strict=True))
    except (csv.Error, StopIteration) as error:
        raise RawInputError(
            f"the header line cannot be read ({error}).", "Check its quotes and export it again."
        ) from None
    for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and sign in header[0]:
            raise RawInputError(f"the columns are separated by {name}.", "Export it again with commas.")
    return header


def _check_names(header: list[str]) -> None:
    if blank := [str(place) for place, name in enumerate(header, 1) if not name.strip()]:
        raise RawInputError(
            f"the header has no name for column {', '.join(blank)} of {len(header)}.",
            "Name every column in the first line of the file.",
        )
    seen: set[str] = set()
    for name in header:
        if name.strip().lower() in seen:
            raise RawInputError(
                f"the header names column '{name}' twice (capitals do not count).",
                "Rename or drop one of the two.",
                column=name,
            )
        seen.add(name.strip().lower())


#: How the build reads a CSV (macro read_raw_file).
_CSV = "header = true, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0, max_line_size = 16777216"
_CSV_FAULT = re.compile(r"Expected Number of Columns: \d+ Found: \d+|unterminated quote", re.I)


def _check_rows(file: Path, header: list[str]) -> None:
    """Reads every row as the build will: one that is broken is named by its line."""
    # Only a reader that guesses nothing says which line it is; one that guesses forgives more.
    names = {f"column_{place}": "varchar" for place, _ in enumerate(header, 1)}
    with duckdb.connect() as connection:
        for way in ("all_varchar = true", f"auto_detect = false, columns = {names}"):
            query = f"select count(*) from read_csv($file, {way}, {_CSV})"
            try:
                connection.execute(query, {"file": literal_path(file)})
            except duckdb.Error as error:
                problem = str(error)
            else:
                return
    line, fault = re.search(r"CSV Error on Line: (\d+)", problem), _CSV_FAULT.search(problem)
    raise RawInputError(
        f"line {line[1] if line else '?'} cannot be read as CSV" + (f" ({fault[0].lower()})." if fault else "."),
        "Write a value that holds a comma, a line end or a quote in quotes, and a quote inside it twice "
        '(""), not with a backslash; each row has as many values as the header.',
    )


def literal_path(file: Path) -> str:
    """A path as DuckDB's readers take it for this one file: brackets, stars and question marks are no patterns."""
    return re.sub(r"[\[*?]", lambda sign: f"[{sign[0]}]", str(file))


def column_key(name: str) -> str:
    """A column's name without capitals, blanks, hyphens and underscores, as names are compared (macro column_key)."""
    return re.sub(r"[ _-]", "", name.lower())


def _columns(file: Path, advance: Callable[[int], None]) -> list[str]:
    if file.suffix == ".csv":
        _check_encoding(file, advance)
        header = _csv_header(file)
        _check_names(header)
        _check_rows(file, header)
        return header
    try:
        with duckdb.connect() as connection:
            found = connection.execute("describe from read_parquet($file)", {"file": literal_path(file)}).fetchall()
    except duckdb.Error as error:
        raise RawInputError(
            f"the Parquet file cannot be read ({str(error).splitlines()[0]}).", "Export it again; it may be cut off."
        ) from None
    advance(file.stat().st_size)
    return [name for name, *_ in found]


def _check_table(file: Path, table: Table, advance: Callable[[int], None]) -> Iterator[RawInputError]:
    try:
        header = _columns(file, advance)
    except RawInputError as error:
        yield error
        return
    found = {column_key(name): name.strip() for name in header}
    known = {column_key(name) for name in table.columns}
    if known and not found.keys() & known:
        yield RawInputError(
            f"the first line is no header of this table: it holds {', '.join(repr(name) for name in header[:4])} ...",
            f"Export the file with a header; the table's columns are {', '.join(sorted(table.columns)[:6])} ...",
        )
        return
    for column in table.required_columns:
        if column_key(column) not in found:
            close = difflib.get_close_matches(column_key(column), found.keys() - known, 1, 0.75)
            yield RawInputError(
                "the required column is missing" + (f" (is it '{found[close[0]]}'?)." if close else "."),
                f"Add the column to {file.parent.name}/{file.name}.",
                column=column,
            )


# ---------------------------------------------------------------- the folder


def _chosen_tools(folder: Path, contract: Contract, wanted: list[str] | None, report: Report) -> list[str]:
    """The tools to check: those asked for, or else those that have a folder."""
    if not folder.is_dir():
        report.problems.append(RawInputError(f"the folder {folder} does not exist.", "Check its path."))
        return []
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    folders = [entry.name for entry in entries if entry.is_dir()]
    report.ignored += [entry.name for entry in entries if not entry.is_dir()]
    for name in folders:
        if name not in contract:
            if close := difflib.get_close_matches(name.lower(), contract, 1, 0.75):
                report.problems.append(
                    RawInputError(
                        f"there is no tool of the name '{name}'.",
                        f"Rename the folder to '{close[0]}', or move it away if it is something else.",
                    )
                )
            else:
                report.ignored.append(f"{name}/")
    for tool in wanted or []:
        if tool not in contract:
            report.problems.append(
                RawInputError("the tool is unknown.", f"The tools are {', '.join(sorted(contract))}.", tool=tool)
            )
        elif tool not in folders:
            report.problems.append(
                RawInputError(
                    "the tool is switched on, but it has no folder.",
                    f"Add the folder {tool}/ or take the tool off the list of tools.",
                    tool=tool,
                )
            )
    chosen = [tool for tool in contract if tool in folders and (wanted is None or tool in wanted)]
    if not chosen and not report.problems:
        report.problems.append(
            RawInputError(
                f"the folder {folder} holds no tool's folder.",
                f"Lay the exports down as <tool>/<table>.csv or .parquet; the tools are {', '.join(sorted(contract))}.",
            )
        )
    return chosen


def _unread(entry: Path, tables: dict[str, Table]) -> tuple[str, RawInputError] | None:
    """The table that a file or folder seems to hold, in a form that is not read, and what to do about it."""
    name = entry.name.lower()
    stem, _, ending = name.partition(".")
    table = next((each for each in tables if re.fullmatch(rf"{re.escape(each)}([_-]?\d[\w-]*)?", stem)), None)
    if table is None or (entry.is_file() and ending.split(".")[0] not in ("csv", "parquet", "json", "jsonl", "tsv")):
        return None
    place = f"{entry.parent.name}/{entry.name}"
    if entry.is_dir():
        problem, remedy = f"{place}/ is a folder, and folders of parts are not read.", "Write its parts into one file"
    elif ending not in ("csv", "parquet"):
        problem, remedy = f"{place} is not read: only plain .csv and .parquet files are.", "Unpack or convert it"
    elif stem != table:
        problem, remedy = f"{place} seems to be one part of a table, and parts are not read.", "Join the parts"
    else:
        problem, remedy = f"{place} is not read: names of files are in lower case.", "Rename it"
    return table, RawInputError(problem, f"{remedy} as {entry.parent.name}/{table}.csv or .parquet.")


def _files_of(folder: Path, tool: str, tables: dict[str, Table], report: Report) -> dict[str, Path]:
    """The file of each table; where there are two, Parquet wins, as in the build."""
    unread: set[str] = set()
    files: dict[str, Path] = {}
    for file in sorted(folder.joinpath(tool).iterdir()):
        if file.name.startswith("."):
            continue
        if file.suffix not in KINDS or file.stem not in tables or not file.is_file():
            if found := _unread(file, tables):
                table, error = found
                unread.add(table)
                report.problems.append(RawInputError(error.problem, error.remedy, tool=tool, table=table))
            else:
                report.ignored.append(f"{tool}/{file.name}")
            continue
        if file.stem in files:
            report.ignored.append(f"{tool}/{files[file.stem].name} (the Parquet file of that name is read)")
        files[file.stem] = file
    for name, table in tables.items():
        if table.required and name not in files and name not in unread:
            near = [ignored for ignored in report.ignored if ignored.lower().startswith(f"{tool}/{name}")]
            report.problems.append(
                RawInputError(
                    "the required table is missing" + (f" ({near[0]} is not read)." if near else "."),
                    f"Add {tool}/{name}.csv or .parquet, or switch {tool} off by leaving it out of the list of tools.",
                    tool=tool,
                    table=name,
                )
            )
    return files


def check_raw(folder: Path, contract: Contract, tools: list[str] | None = None) -> Report:
    """Checks the folder; the report's `problems` are empty when a build may read it."""
    report = Report()
    report.tools = _chosen_tools(folder, contract, tools, report)
    work = [
        (tool, name, file)
        for tool in report.tools
        for name, file in _files_of(folder, tool, contract[tool], report).items()
    ]
    report.files = len(work)
    columns = (TextColumn("Checking {task.description}"), BarColumn(), DownloadColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("raw files", total=sum(file.stat().st_size for *_, file in work))
        for tool, name, file in work:
            progress.update(task, description=f"{tool}/{file.name}")
            for error in _check_table(file, contract[tool][name], lambda done: progress.advance(task, done)):
                report.problems.append(
                    RawInputError(error.problem, error.remedy, tool=tool, table=name, column=error.column)
                )
    return report


def print_report(report: Report, folder: Path, console: Console) -> None:
    """Says what was found: what is ignored, each problem in one line, and the verdict."""
    if report.ignored:
        console.print(Text(f"ignored: {', '.join(report.ignored)}", style="yellow"))
    for problem in report.problems:
        console.print(Text(f"error: {problem}", style="red"))
    if report.problems:
        console.print(f"{len(report.problems)} problem(s) in {shown(folder)}: nothing was built.")
    else:
        console.print(f"{shown(folder)}: {report.files} files of {', '.join(report.tools)} are sound.")


def run_check_raw(folder: Path, tools: list[str] | None) -> int:
    """`customer360 check-raw`: 0 when sound, 2 when not."""
    report = check_raw(folder, read_contract(), tools)
    print_report(report, folder, Console(highlight=False, soft_wrap=True))
    return 2 if report.problems else 0
