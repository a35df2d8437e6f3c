"""What the tests need to build the project on raw rows of their own and to compare what came out.

    folder = simulate(tmp / "raw", customers=80, months=15, seed=11)
    build = Workbench(tmp).build("as_is", folder, as_of="2026-10-31")
    problems = differences(build, other, mart)          # every mart: build.marts
    report(problems)

The marts are those of the manifest (the public models below models/marts), so a mart that is added later is compared
without a new line here. dbt runs in this process and reads the project once: a further build costs what its SQL costs.
"""

from __future__ import annotations

import copy
import datetime
import fcntl
import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customer360.check_raw import read_contract
from customer360.project import ROOT, dbt

TOOLS = tuple(read_contract())
RELATIVE, ABSOLUTE = 1e-9, 1e-12
_NUMBERS = (int, float, Decimal)

Row = tuple[Any, ...]


# ---------------------------------------------------------------- raw folders


def simulate(
    folder: Path,
    *,
    customers: int,
    months: int,
    seed: int,
    kind: str = "parquet",
    until: str | None = None,
    mess: float = 1,
    start: str | None = None,
) -> Path:
    """Writes a simulated company's export through the project's own command; the end of its last day is its as_of."""
    command = [sys.executable, "-m", "customer360", "simulate", "--out", str(folder), "--format", kind]
    command += ["--customers", str(customers), "--months", str(months), "--seed", str(seed), "--mess", str(mess)]
    if until:
        command += ["--until", until]
    if start:
        command += ["--start", start]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return folder


def raw_tables(folder: Path) -> dict[tuple[str, str], Path]:
    """(tool, table) -> file. What the simulator writes beside the tools (its ground truth) is no raw table."""
    return {
        (file.parent.name, file.stem): file
        for tool in TOOLS
        for file in sorted(folder.joinpath(tool).glob("*"))
        if file.suffix in (".csv", ".parquet")
    }


def transform(source: Path, target: Path, change: Callable[[str, str, pa.Table], pa.Table | None]) -> Path:
    """Writes a copy of a Parquet folder with every table changed; None leaves a table out."""
    for (tool, table), file in raw_tables(source).items():
        changed = change(tool, table, pq.read_table(file))
        if changed is not None:
            target.joinpath(tool).mkdir(parents=True, exist_ok=True)
            pq.write_table(changed, target / tool / f"{table}.parquet")
    return target


def shuffled(source: Path, target: Path, seed: int) -> Path:
    """The same rows in another order."""
    chance = np.random.default_rng(seed)
    return transform(source, target, lambda tool, table, rows: rows.take(chance.permutation(rows.num_rows)))


def with_redeliveries(source: Path, target: Path, share: float, last_instant: datetime.datetime, seed: int) -> Path:
    """A share of the rows delivered twice, anywhere in the file.

    A third of the copies are exact, as a loader that starts again leaves them. A third carry a later
    `_fivetran_synced`, within `last_instant`; where that column is the version of the row (subscription_history), a
    later one would be another version, so all its copies are exact. The last third are old: what stood in the row
    before the tool changed it, delivered later. A table that does not say when a row was changed has none of these.
    """
    chance = np.random.default_rng(seed)

    def deliver_again(tool: str, table: str, rows: pa.Table) -> pa.Table:
        picked = np.flatnonzero(chance.random(rows.num_rows) < share)
        copies = rows.take(picked)
        kinds = chance.integers(0, 3, len(picked))
        if table != "subscription_history":
            place = rows.schema.get_field_index("_fivetran_synced")
            later = [
                value if value is None or kind == 0 else min(value + datetime.timedelta(hours=hours), last_instant)
                for value, kind, hours in zip(
                    copies.column(place).to_pylist(),
                    kinds.tolist(),
                    chance.integers(1, 24 * 60, len(picked)).tolist(),
                    strict=True,
                )
            ]
            copies = copies.set_column(place, rows.schema.field(place), pa.array(later, rows.schema.field(place).type))
            copies = _made_old(tool, table, copies, kinds == 2)
        both = pa.concat_tables([rows, copies])
        return both.take(chance.permutation(both.num_rows))

    return transform(source, target, deliver_again)


#: What a tool calls the time of its own last change, and a column in which an old copy says something else.
_CHANGES = {
    "salesforce.account": ("system_modstamp", "name"),
    "salesforce.contact": ("system_modstamp", "email"),
    "salesforce.opportunity": ("system_modstamp", "stage_name"),
    "zendesk.organization": ("updated_at", "name"),
    "zendesk.user": ("updated_at", "email"),
    "zendesk.ticket": ("updated_at", "subject"),
    "wootric.responses": ("updated_at", "text"),
    "wootric.end_users": ("updated_at", "email"),
}


def _made_old(tool: str, table: str, copies: pa.Table, old: np.ndarray) -> pa.Table:
    changed_at, column = _CHANGES.get(f"{tool}.{table}", (None, None))
    if changed_at is None:
        return copies
    for name, make in ((column, lambda _: "old"), (changed_at, lambda value: value - datetime.timedelta(days=1))):
        place = copies.schema.get_field_index(name)
        dated = copies.column(changed_at).is_valid().to_pylist()
        values = [
            make(value) if is_old and has_date else value
            for value, is_old, has_date in zip(copies.column(place).to_pylist(), old.tolist(), dated, strict=True)
        ]
        copies = copies.set_column(place, copies.schema.field(place), pa.array(values, copies.schema.field(place).type))
    return copies


def together(sources: Sequence[Path], target: Path) -> Path:
    """The rows of several Parquet folders in one."""
    for tool, table in sorted({key for source in sources for key in raw_tables(source)}):
        parts = [pq.read_table(source / tool / f"{table}.parquet") for source in sources]
        target.joinpath(tool).mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.concat_tables(parts, promote_options="permissive"), target / tool / f"{table}.parquet")
    return target


def in_other_streets(source: Path, target: Path, word: str) -> Path:
    """The same company in streets of its own.

    Simulated companies share no id, name, domain, e-mail or phone, but they do share the streets of real cities, and an
    address that many records share stops being evidence.
    """

    def move(tool: str, table: str, rows: pa.Table) -> pa.Table:
        for place, column in enumerate(rows.column_names):
            if column in ("billing_street", "address_line_1"):
                streets = pc.binary_join_element_wise(rows.column(place), word, " ")
                rows = rows.set_column(place, column, streets)
        return rows

    return transform(source, target, move)


def last_instant(day: str) -> datetime.datetime:
    """The last second of a day, UTC."""
    return datetime.datetime.fromisoformat(f"{day}T23:59:59")


# ---------------------------------------------------------------- the project and its builds


@dataclass(frozen=True)
class Mart:
    """A public table: its name, the columns that identify a row, and the tools whose facts its rows are made of.

    Tables of companies, people and their records are made of no facts: a row is there because somebody is.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    fact_tools: frozenset[str]


@dataclass(frozen=True)
class Build:
    """One build: the file that dbt wrote, and the marts in it."""

    name: str
    file: Path
    as_of: str
    marts: tuple[Mart, ...]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A read-only connection."""
        connection = duckdb.connect(str(self.file), read_only=True)
        connection.execute("set TimeZone = 'UTC'")
        return connection

    @cached_property
    def _tables(self) -> dict[str, pa.Table]:
        with self.connect() as connection:
            return {mart.name: connection.execute(f'from marts."{mart.name}"').to_arrow_table() for mart in self.marts}

    def table(self, mart: str | Mart) -> pa.Table:
        """A whole mart."""
        return self._tables[mart if isinstance(mart, str) else mart.name]

    def rows(self, mart: str | Mart) -> list[dict[str, Any]]:
        """A whole mart as Python rows."""
        return self.table(mart).to_pylist()

    def ask(self, sql: str) -> list[Row]:
        """The rows of a query on the build file."""
        with self.connect() as connection:
            return connection.execute(sql).fetchall()


#: Models that say who is who, or what is wrong with a row. Every tool has a part in them and nearly every mart reads
#: them, so they do not count when it is asked which tools' facts a mart is made of.
_WHO_IS_WHO = re.compile(
    r"int_identity.*|int_accounts|int_account_domains|int_people|int_employees|int_orphans"
    r"|int_customers|customers|customer_sources|customer_aliases|customer_people|identity_review_queue"
)


def public_marts(manifest: Mapping[str, Any]) -> tuple[Mart, ...]:
    """The public models below models/marts, with the keys that their tests name."""
    nodes = manifest["nodes"]
    keys: dict[str, tuple[str, ...]] = {}
    for node in nodes.values():
        test = node.get("test_metadata")
        if not test or not node.get("attached_node"):
            continue
        if test["name"] == "unique_key":
            keys[node["attached_node"]] = tuple(test["kwargs"]["columns"])
        elif test["name"] == "unique":
            keys.setdefault(node["attached_node"], (test["kwargs"]["column_name"],))

    def tools_of(unique_id: str, seen: set[str]) -> set[str]:
        found: set[str] = set()
        for parent in nodes.get(unique_id, {}).get("depends_on", {}).get("nodes", []):
            name = parent.split(".")[2]
            if parent in seen or _WHO_IS_WHO.fullmatch(name):
                continue
            seen.add(parent)
            if name.startswith("stg_"):
                found.add(name.removeprefix("stg_").split("__")[0])
            else:
                found |= tools_of(parent, seen)
        return found

    return tuple(
        Mart(
            name=node["name"],
            key=keys.get(unique_id, ()),
            columns=tuple(node["columns"]),
            fact_tools=frozenset(() if _WHO_IS_WHO.fullmatch(node["name"]) else tools_of(unique_id, set())),
        )
        for unique_id, node in sorted(nodes.items())
        if node["resource_type"] == "model"
        and node["fqn"][1] == "marts"
        and node["config"].get("access", node.get("access")) == "public"
    )


def read_manifest(target: Path) -> dict[str, Any]:
    """The manifest that dbt left in its target folder."""
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


def build_demo(target: str, folder: Path, *, python: Path | None = None, tests: bool = False) -> Path:
    """`dbt build` of the demo company in a process of its own (of another Python, perhaps), its files in a folder."""
    command = [str(python or sys.executable), "-m", "dbt.cli.main", "build", "--target", target, "--quiet"]
    if not tests:
        command += ["--exclude-resource-type", "test", "unit_test"]
    place = os.environ | {
        "CUSTOMER360_BUILD_FILE": str(folder / Workbench.FILE),
        "CUSTOMER360_SPARK_FOLDER": str(folder / "spark"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    done = subprocess.run(command, cwd=ROOT, env=place, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}")
    return folder


def compiled(macros: Mapping[str, str], folder: Path) -> dict[str, str]:
    """SQL with macros in it, by name, as what dbt makes of it for DuckDB, to run on tables of a test's own."""
    inline = "".join(f"\n-- part {name}\n{text}" for name, text in macros.items())
    command = [dbt(), "--quiet", "--no-use-colors", "--log-path", str(folder), "compile", "--inline", inline]
    command += ["--target", "duckdb", "--target-path", str(folder), "--project-dir", str(ROOT)]
    command += ["--profiles-dir", str(ROOT / "profiles")]
    place = os.environ | {"CUSTOMER360_BUILD_FILE": str(folder / "empty.duckdb")}
    done = subprocess.run(command, cwd=ROOT, env=place, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{done.stdout[-3000:]}\n{done.stderr[-2000:]}")
    parts = done.stdout.split("-- part ")[1:]
    return {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1] for part in parts}


class Workbench:
    """Runs dbt in this process, on raw folders, each build in a file of its own below one folder."""

    #: dbt writes the database's name, which is the file's stem, into every relation: all builds share it.
    FILE = "customer360_build.duckdb"

    def __init__(self, folder: Path, variables: Mapping[str, Any] | None = None) -> None:
        """`variables` hold for all builds."""
        self.folder = folder
        self.variables = dict(variables or {})
        self.folder.mkdir(parents=True, exist_ok=True)
        self._manifests: dict[str, Any] = {}

    def _manifest(self, way: str) -> Any:
        """The project, read once for each way in: folder, day and tools are asked for when the SQL is written."""
        if way not in self._manifests:
            given = {"raw": way, "raw_path": str(self.folder)}
            self._manifests[way] = self._dbt(self.folder / f"parse_{way}", ["parse"], given, None).result
        return self._manifests[way]

    @cached_property
    def marts(self) -> tuple[Mart, ...]:
        """The public marts."""
        return public_marts(self._manifest("files").writable_manifest().to_dict(omit_none=False))

    def build(
        self,
        name: str,
        raw: Path | None,
        *,
        as_of: str,
        tools: Iterable[str] | None = None,
        variables: Mapping[str, Any] | None = None,
        tests: bool = False,
        select: Sequence[str] = (),
        after: Build | None = None,
    ) -> Build:
        """Builds seeds and models (with `tests` also the data tests) from a folder, or from tables in the build's file.

        `select` names what is built (default: everything; ask() such a build, table() wants all marts), `after` a build
        whose file is copied to begin with.
        Raises AssertionError with dbt's messages when something failed.
        """
        if after is not None:
            self.file(name).parent.mkdir(parents=True, exist_ok=True)
            with duckdb.connect(str(after.file)) as connection:
                connection.execute("checkpoint")
            shutil.copy(after.file, self.file(name))
        given: dict[str, Any] = {"raw": "files", "raw_path": str(raw)} if raw else {"raw": "warehouse"}
        given |= {"as_of_date": as_of} | ({} if tools is None else {"tools": list(tools)})
        given |= self.variables | dict(variables or {})
        command = ["build", "--exclude-resource-type", "unit_test", *([] if tests else ["test"])]
        command += ["--select", *select] if select else []
        marts = self.marts
        self._dbt(self.folder / name, command, given, copy.deepcopy(self._manifest(given["raw"])))
        return Build(name, self.file(name), as_of, marts)

    def file(self, name: str) -> Path:
        """The file of a build, made or not."""
        return self.folder / name / self.FILE

    def _dbt(self, folder: Path, command: list[str], variables: Mapping[str, Any], manifest: Any) -> Any:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        folder.mkdir(parents=True, exist_ok=True)
        arguments = ["--quiet", "--no-use-colors", "--log-level-file", "none", "--log-path", str(folder), *command]
        arguments += ["--vars", json.dumps(dict(variables)), "--target", "duckdb", "--target-path", str(folder)]
        arguments += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT / "profiles")]
        with environment(CUSTOMER360_BUILD_FILE=str(folder / self.FILE)):
            try:
                done = dbtRunner(manifest=manifest).invoke(arguments)
            finally:
                if DuckDBConnectionManager._ENV is not None:
                    DuckDBConnectionManager._ENV.close()
                    DuckDBConnectionManager.close_all_connections()
        if not done.success:
            raise AssertionError(f"dbt {command[0]} of {folder.name} failed:\n{_failures(done)}")
        return done


def _failures(done: Any) -> str:
    if done.exception is not None:
        return str(done.exception)
    failed = [f"{each.node.name}: {each.message}" for each in done.result if each.status in ("error", "fail")]
    return "\n".join(failed[:20])


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables, for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder, made by the first test process that asks for it; the others wait and find it whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / ".whole"
        if not done.exists():
            make(folder)
            done.touch()
    return folder


# ---------------------------------------------------------------- comparing


@dataclass(frozen=True)
class Difference:
    """One value that is not the same: of which mart, row and column, and what stands on either side."""

    mart: str
    key: Row
    column: str
    left: Any
    right: Any

    def __str__(self) -> str:
        return f"{self.mart} {self.key} {self.column}: {self.left!r} | {self.right!r}"


#: Stands for a row that the other side has.
ABSENT = "(no such row)"


def same_value(left: Any, right: Any) -> bool:
    """Equal; numbers to 1e-9 relative."""
    if left is None or right is None:
        return left is right
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        if left == right:
            return True
        left, right = float(left), float(right)
        return (math.isnan(left) and math.isnan(right)) or math.isclose(left, right, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return left == right


def by_key(rows: Iterable[dict[str, Any]], key: Sequence[str]) -> dict[Row, dict[str, Any]]:
    """The rows by their key. Rows that share one, which a test of the mart forbids, are told apart by a number."""
    found: dict[Row, dict[str, Any]] = {}
    seen: Counter[Row] = Counter()
    for row in rows:
        each = tuple(row[column] for column in key) if key else tuple(sorted((k, str(v)) for k, v in row.items()))
        seen[each] += 1
        found[each if seen[each] == 1 else (*each, f"#{seen[each]}")] = row
    return found


def differences(
    mart: Mart,
    left: pa.Table | list[dict[str, Any]],
    right: pa.Table | list[dict[str, Any]],
    *,
    except_columns: Iterable[str] = (),
    same: Callable[[str, Any, Any], bool] | None = None,
) -> list[Difference]:
    """Every value of a mart that differs between two builds, and every row that only one of them has."""
    dropped = set(except_columns)
    if isinstance(left, pa.Table) and isinstance(right, pa.Table):
        if left.column_names != right.column_names:
            return [Difference(mart.name, (), "(columns)", left.column_names, right.column_names)]
        kept = [name for name in left.column_names if name not in dropped]
        order = [(name, "ascending") for name in (mart.key or kept) if name in kept]
        if order:
            left, right = left.select(kept).sort_by(order), right.select(kept).sort_by(order)
        if left.equals(right):
            return []
        left, right = left.to_pylist(), right.to_pylist()
    key = [column for column in mart.key if column not in dropped]
    ours, theirs = by_key(left, key), by_key(right, key)
    found = [
        Difference(mart.name, each, "(row)", "a row" if each in ours else ABSENT, "a row" if each in theirs else ABSENT)
        for each in sorted(ours.keys() ^ theirs.keys(), key=str)
    ]
    for each, row in ours.items():
        other = theirs.get(each)
        if other is None:
            continue
        for column, value in row.items():
            if column in dropped or same_value(value, other[column]):
                continue
            if same is None or not same(column, value, other[column]):
                found.append(Difference(mart.name, each, column, value, other[column]))
    return found


def report(found: Sequence[Difference], *, examples: int = 3, most: int = 60) -> str:
    """The differences, counted by mart and column, with a few examples of each."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for each in found:
        groups.setdefault((each.mart, each.column), []).append(each)
    lines = [f"{len(found)} difference(s) in {len({mart for mart, _ in groups})} mart(s)"]
    for (mart, column), members in sorted(groups.items()):
        lines.append(f"  {mart}.{column}: {len(members)}")
        lines += [f"      {each.key}: {each.left!r} | {each.right!r}" for each in members[:examples]]
    if len(lines) > most:
        lines[most:] = [f"  ... and {len(lines) - most} more lines"]
    return "\n".join(lines)


def assert_same(left: Build, right: Build, *, except_columns: Mapping[str, Mapping[str, str]] | None = None) -> None:
    """Every public mart is the same in both builds, apart from the columns listed: {mart: {column: reason}}."""
    found: list[Difference] = []
    for mart in left.marts:
        listed = (except_columns or {}).get(mart.name, {})
        found += differences(mart, left.table(mart), right.table(mart), except_columns=listed)
    if found:
        raise AssertionError(f"{left.name} | {right.name}: {report(found)}")


def assert_listed_exist(marts: Iterable[Mart], listed: Mapping[str, Iterable[str]]) -> None:
    """A list of exceptions names only marts and columns that there are."""
    columns = {mart.name: set(mart.columns) for mart in marts}
    stale = [
        f"{mart}.{column}" for mart, names in listed.items() for column in names if column not in columns.get(mart, ())
    ]
    stale += [mart for mart in listed if mart not in columns]
    if stale:
        raise AssertionError(f"exceptions that name no mart or column: {', '.join(sorted(stale))}")
