"""Ask the published marts a question, without a DuckDB client."""

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from customer360.project import publish_folder, shown
from customer360.publish import PUBLISHED_NAME


def run_query(sql: str, limit: int) -> int:
    """Prints the first `limit` rows of the answer; the file is opened read-only."""
    console = Console()
    file = publish_folder() / PUBLISHED_NAME
    if not file.exists():
        console.print(f"[red]Nothing is published yet:[/red] {shown(file)} is missing. Run `make build` first.")
        return 2
    with duckdb.connect(str(file), read_only=True) as connection:
        try:
            answer = connection.execute(sql)
            rows = answer.fetchmany(limit + 1)
        except duckdb.Error as error:
            console.print(Text(str(error), style="red"))
            return 1
        table = Table(*[column[0] for column in answer.description])
    for row in rows[:limit]:
        table.add_row(*[Text("" if value is None else str(value)) for value in row])
    console.print(table)
    if len(rows) > limit:
        console.print(f"The first {limit} rows; --limit shows more.")
    return 0
