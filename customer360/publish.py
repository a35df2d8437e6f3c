"""Publish the marts: copy them out of the build file and swap them in, in one step.

DuckDB lets one process write a file or many read it, never both, so BI does not open the file that dbt writes. It opens
`customer360.duckdb` in the publish folder, or the Parquet files behind `parquet/current`. Both are written whole under
another name and renamed over the old ones: who has the old file open keeps reading it, who opens it next sees the new
one, and a publication that breaks off leaves the old one as it was.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from customer360.locks import BusyError, only_one
from customer360.project import build_file, publish_folder, shown

PUBLISHED_NAME = "customer360.duckdb"
MARTS = "marts"
# Files of this storage version are read by every DuckDB client since 1.2.
STORAGE_VERSION = "v1.2.0"


class PublishError(RuntimeError):
    """Nothing was published; what was published before is untouched."""


@dataclass(frozen=True)
class Publication:
    """What was published: the file, the Parquet folder, and the rows of each mart."""

    file: Path
    parquet: Path
    rows: dict[str, int]


# ---------------------------------------------------------------- which build file may be published


def _stamp_file(build: Path) -> Path:
    return build.with_name(f"{build.name}.passed.json")


def _fingerprint(build: Path) -> dict[str, int]:
    state = build.stat()
    return {"modified_ns": state.st_mtime_ns, "bytes": state.st_size}


def forget_pass(build: Path) -> None:
    """A new build starts: the file no longer counts as tested."""
    _stamp_file(build).unlink(missing_ok=True)


def record_pass(build: Path, as_of: str, source: str = "") -> None:
    """The build in this file, of the raw rows from `source`, passed every test of severity error."""
    stamp = {"as_of": as_of, "source": source, **_fingerprint(build)}
    _stamp_file(build).write_text(json.dumps(stamp), encoding="utf-8")


def passed(build: Path) -> tuple[str, str] | None:
    """The as-of date and the source of the build in this file, if it passed its tests and was not written to since."""
    try:
        stamp = json.loads(_stamp_file(build).read_text(encoding="utf-8"))
        as_of, source = stamp.pop("as_of"), stamp.pop("source", "")
        return (as_of, source) if stamp == _fingerprint(build) else None
    except (OSError, ValueError, KeyError):
        return None


# ---------------------------------------------------------------- copying


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _copy_marts(build: Path, fresh: Path, schema: str, progress: Progress) -> dict[str, int]:
    """Copies every table and view of `schema` into a new file, with the comments; returns the rows of each."""
    with duckdb.connect() as connection:
        try:
            connection.execute(f"attach {_text(build)} as build (read_only)")
        except duckdb.Error as error:
            raise PublishError(f"{shown(build)} cannot be read: {error}") from None
        connection.execute(f"attach {_text(fresh)} as fresh (storage_version {_text(STORAGE_VERSION)})")
        marts = connection.execute(
            "select table_name, comment from duckdb_tables() where database_name = 'build' and schema_name = $schema "
            "union all "
            "select view_name, comment from duckdb_views() where database_name = 'build' and schema_name = $schema "
            "order by 1",
            {"schema": schema},
        ).fetchall()
        if not marts:
            raise PublishError(f"{shown(build)} holds no table in schema {schema}: run `make build` first.")
        connection.execute(f"create schema fresh.{_name(schema)}")
        rows = {}
        for mart, comment in progress.track(marts, description="Copying the marts"):
            source, copy = (f"{database}.{_name(schema)}.{_name(mart)}" for database in ("build", "fresh"))
            connection.execute(f"create table {copy} as from {source}")
            if comment:
                connection.execute(f"comment on table {copy} is {_text(comment)}")
            rows[mart], expected = (
                connection.execute(f"select count(*) from {relation}").fetchone()[0] for relation in (copy, source)
            )
            if rows[mart] != expected:
                raise PublishError(f"{schema}.{mart}: {rows[mart]} of {expected} rows arrived in the copy.")
        for mart, column, comment in connection.execute(
            "select table_name, column_name, comment from duckdb_columns() "
            "where database_name = 'build' and schema_name = $schema and comment is not null",
            {"schema": schema},
        ).fetchall():
            connection.execute(
                f"comment on column fresh.{_name(schema)}.{_name(mart)}.{_name(column)} is {_text(comment)}"
            )
        connection.execute("checkpoint fresh")
        connection.execute("detach fresh")
    return rows


def _write_parquet(
    file: Path, folder: Path, schema: str, rows: dict[str, int], about: dict[str, str], progress: Progress
) -> None:
    folder.mkdir()
    with duckdb.connect(str(file), read_only=True) as connection:
        for mart in progress.track(rows, description="Writing Parquet"):
            target = folder / f"{mart}.parquet"
            connection.execute(
                f"copy {_name(schema)}.{_name(mart)} to {_text(target)} (format parquet, compression zstd)"
            )
    contents = {**about, "rows": rows}
    (folder / "publication.json").write_text(json.dumps(contents, indent=2) + "\n", encoding="utf-8")


def _digest(folder: Path) -> str:
    """Identifies a publication by its content: the same marts give the same name, whenever they are published."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode())
        with file.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()[:10]


# ---------------------------------------------------------------- against what is published


def emptied_tables(build: Path, folder: Path, as_of: str, source: str) -> dict[str, int]:
    """Raw tables that are empty or gone in `build`, with the rows that they have in what is published.

    Only a publication from the same source, as of the same day or an earlier one, says anything: else nothing is found.
    """
    published = folder / PUBLISHED_NAME
    try:
        about = json.loads((folder / "parquet" / "current" / "publication.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not source or about.get("source") != source or about["as_of"] > as_of or not published.exists():
        return {}
    with duckdb.connect() as connection:
        connection.execute(f"attach {_text(published)} as published (read_only)")
        connection.execute(f"attach {_text(build)} as build (read_only)")
        try:
            found = connection.execute(
                "select source_system || '.' || source_table, before.rows_in "
                f"from published.{MARTS}.row_accounting as before "
                f"left join build.{MARTS}.row_accounting as now using (source_system, source_table) "
                "where before.rows_in > 0 and coalesce(now.rows_in, 0) = 0 order by 1"
            )
        except duckdb.CatalogException:  # published before there was a row accounting
            return {}
        return dict(found.fetchall())


# ---------------------------------------------------------------- swapping in


def _refuse_open_writer(file: Path) -> None:
    """DuckDB holds a write lock on a file that is open for writing; its later checkpoint would damage a new file."""
    if not file.exists():
        return
    with file.open("rb") as handle:
        try:
            fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            raise PublishError(
                f"{shown(file)} is open for writing in another process. Close it there (BI opens it read-only), then "
                "publish again."
            ) from None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _swap_file(fresh: Path, published: Path) -> None:
    _refuse_open_writer(published)
    # No writer is left, so a log beside the published file belongs to a process that died; DuckDB would replay it
    # into the new file.
    published.with_name(f"{published.name}.wal").unlink(missing_ok=True)
    _sync(fresh)
    os.replace(fresh, published)
    _sync(published.parent)


def _swap_parquet(fresh: Path, shelf: Path, name: str) -> Path:
    folder = shelf / name
    if not folder.exists():
        for file in fresh.iterdir():
            _sync(file)
        os.replace(fresh, folder)
    os.utime(folder)
    pointer = shelf / ".current.new"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(name, target_is_directory=True)
    os.replace(pointer, shelf / "current")
    _sync(shelf)
    return folder


def _drop_old_parquet(shelf: Path, current: Path, keep: int) -> None:
    folders = [entry for entry in shelf.iterdir() if entry.is_dir() and not entry.is_symlink() and entry != current]
    folders.sort(key=lambda entry: entry.stat().st_mtime_ns, reverse=True)
    for old in folders[keep - 1 :]:
        shutil.rmtree(old)


def publish(
    build: Path, folder: Path, as_of: str, *, source: str = "", schema: str = MARTS, keep: int = 3
) -> Publication:
    """Publishes the marts of `build` into `folder`; raises PublishError or BusyError, and then nothing has changed.

    `source` tells where the raw rows came from, so that emptied_tables() compares only what can be compared.
    """
    published, shelf = folder / PUBLISHED_NAME, folder / "parquet"
    shelf.mkdir(parents=True, exist_ok=True)
    with only_one(folder / ".lock", "publishing"):
        for leftover in folder.glob(".staging-*"):
            shutil.rmtree(leftover)
        _refuse_open_writer(published)
        staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder))
        try:
            with Progress(console=Console(stderr=True), transient=True, disable=not Console().is_terminal) as progress:
                rows = _copy_marts(build, staging / PUBLISHED_NAME, schema, progress)
                about = {"as_of": as_of, "source": source}
                _write_parquet(staging / PUBLISHED_NAME, staging / "parquet", schema, rows, about, progress)
            name = f"{as_of}-{_digest(staging / 'parquet')}"
            _swap_file(staging / PUBLISHED_NAME, published)
            current = _swap_parquet(staging / "parquet", shelf, name)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        _drop_old_parquet(shelf, current, keep)
    return Publication(published, current, rows)


def run_publish(*, force: bool, keep: int) -> int:
    """`customer360 publish`: refuses a build file that was not seen to pass its tests, unless forced."""
    console, build = Console(highlight=False, soft_wrap=True), build_file()
    stamp = passed(build) if build.exists() else None
    if stamp is None and not (force and build.exists()):
        console.print(
            f"[red]Not published:[/red] {shown(build)} "
            + (
                "was not seen to pass its tests since it was last written. Run `make build`, or give --force."
                if build.exists()
                else "is missing. Run `make build` first."
            )
        )
        return 1
    try:
        as_of, source = stamp or ("untested", "")
        done = publish(build, publish_folder(), as_of, source=source, keep=keep)
    except (PublishError, BusyError) as error:
        console.print(Text(f"Not published: {error}", style="red"))
        return 1
    console.print(f"Published {len(done.rows)} marts: {shown(done.file)} and {shown(done.parquet)}")
    return 0
