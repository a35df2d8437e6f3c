"""The command line: one command a module, imported when it is called."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Customer 360: build the marts, check raw inputs, publish to BI, make demo data.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


def _tools(text: str | None) -> list[str] | None:
    return [tool.strip() for tool in text.split(",") if tool.strip()] if text else None


@app.command()
def build(
    raw: Annotated[
        str, typer.Option(help="demo, warehouse, or the folder that holds <tool>/<table>.csv or .parquet.")
    ] = "demo",
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day to take in. Default: the demo's last day, or else today."),
    ] = None,
    tools: Annotated[
        str | None, typer.Option(help="Tools to switch on, comma-separated. Default: all, or those with a folder.")
    ] = None,
    target: Annotated[str, typer.Option(help="duckdb or spark.")] = "duckdb",
    may_be_empty: Annotated[
        str | None,
        typer.Option(help="Raw tables that had rows before and may have none now, comma-separated, as stripe.refund."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show dbt's own log.")] = False,
) -> None:
    """Build every table, run every test and, only if all passed, publish the marts."""
    from customer360.build import BuildRequest, run_build

    request = BuildRequest.of(
        raw, as_of.date() if as_of else None, _tools(tools), target, tuple(_tools(may_be_empty) or ())
    )
    raise typer.Exit(run_build(request, verbose=verbose))


@app.command()
def publish(
    force: Annotated[bool, typer.Option(help="Publish a build file that was not seen to pass its tests.")] = False,
    keep: Annotated[int, typer.Option(min=1, help="How many Parquet publications to keep.")] = 3,
) -> None:
    """Put the marts of the last good build where BI reads them, in one step."""
    from customer360.publish import run_publish

    raise typer.Exit(run_publish(force=force, keep=keep))


@app.command("check-raw")
def check_raw(
    folder: Annotated[Path, typer.Argument(help="The folder that holds <tool>/<table>.csv|parquet.")],
    tools: Annotated[str | None, typer.Option(help="Tools to check, comma-separated. Default: those found.")] = None,
) -> None:
    """Check a folder of exports before a build: encoding, headers, required tables and columns."""
    from customer360.check_raw import run_check_raw

    raise typer.Exit(run_check_raw(folder, _tools(tools)))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help='For example "from marts.customers limit 5".')],
    limit: Annotated[int, typer.Option(min=1, help="How many rows to show at most.")] = 20,
) -> None:
    """Ask the published marts a question in SQL."""
    from customer360.query import run_query

    raise typer.Exit(run_query(sql, limit))


@app.command("fit-purchases")
def fit_purchases(
    log: Annotated[
        Path | None,
        typer.Option(help="CSV or Parquet with customer_id, purchase_date, amount. Default: the build's own."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the log that counts. Default: its last.")
    ] = None,
) -> None:
    """Fit the models of one-off purchases and write their parameters into the seed purchase_model_parameters."""
    from customer360.fit_purchases import run_fit_purchases

    raise typer.Exit(run_fit_purchases(log, until.date() if until else None))


@app.command("refresh-lists")
def refresh_lists(
    names: Annotated[list[str] | None, typer.Argument(help="Seeds to make anew. Default: all.")] = None,
) -> None:
    """Make the seeds anew that come from kept libraries (ISO currencies ...), when a library has a newer version."""
    from customer360.reference_lists import run_refresh_lists

    raise typer.Exit(run_refresh_lists(names or []))


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def simulate(context: typer.Context) -> None:
    """Make the raw exports of an invented company, at any size, with their ground truth."""
    from customer360.simulate.cli import simulate as command

    simulation = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
    simulation.command()(command)
    simulation(args=context.args, prog_name="customer360 simulate")


@app.command("test-summary", hidden=True)
def test_summary(
    dbt_results: Annotated[Path, typer.Argument(help="run_results.json of the dbt build.")],
    pytest_report: Annotated[Path, typer.Argument(help="JUnit XML of the pytest run.")],
) -> None:
    """Say how many tests of each kind ran (the end of `make test`)."""
    from customer360.tests_run import run_test_summary

    raise typer.Exit(run_test_summary(dbt_results, pytest_report))
