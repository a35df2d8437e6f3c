"""Fit the models of one-off purchases: BG/NBD for how often and how long, Gamma-Gamma for how much.

Both by maximum likelihood (Fader, Hardie and Lee 2005; Fader and Hardie 2013, note 025). The fitted numbers go into the
seed purchase_model_parameters; SQL does the scoring, in closed form.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from customer360.project import ROOT, build_file, shown

SEED = ROOT / "seeds/rules/purchase_model_parameters.csv"
SETTINGS = ROOT / "seeds/rules/lifetime_settings.csv"
SUMMARIES = "intermediate.int_lifetime__purchase_summaries"
COLUMNS = (
    "model",
    "parameter",
    "value",
    "customers",
    "repeat_purchases",
    "log_likelihood",
    "fitted_as_of",
    "time_unit",
    "fitted_on",
)
#: Parameters are searched between these. An answer at an edge means that the data do not tell the parameter: at the
#: upper edge of a shape customers hardly differ from each other.
LOWEST = 1e-3
HIGHEST = {"r": 1e2, "alpha": 1e4, "a": 1e2, "b": 1e2, "p": 1e2, "q": 1e2, "gamma": 1e4}

Numbers = np.ndarray


class FitError(Exception):
    """Why no model was fitted, for a person."""


@dataclass(frozen=True)
class Summaries:
    """Of each customer: frequency x, recency t_x, age T (weeks), mean spend of the repeat purchases (nan without)."""

    frequency: Numbers
    recency: Numbers
    age: Numbers
    spend: Numbers
    as_of: date
    of_the_demo: bool = False

    @property
    def repeat_customers(self) -> int:
        """Customers who came back."""
        return int((self.frequency > 0).sum())


@dataclass(frozen=True)
class Fit:
    """A fitted model."""

    model: str
    parameters: dict[str, float]
    customers: int
    repeat_purchases: int
    log_likelihood: float
    at_bounds: tuple[str, ...]


def fit_bg_nbd(frequency: Numbers, recency: Numbers, age: Numbers) -> Fit:
    """BG/NBD: parameters r, alpha, a, b; time in the unit of recency and age."""
    x, t_x, t = (np.asarray(values, dtype=float) for values in (frequency, recency, age))
    # customers with the same numbers are one row: fewer rows, the same likelihood
    distinct, weight = np.unique(np.column_stack([x, t_x, t]), axis=0, return_counts=True)
    x, t_x, t = distinct.T
    repeats = x > 0

    def loss(logs: Numbers) -> float:
        r, alpha, a, b = np.exp(logs)
        start = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
        alive = -(r + x) * np.log(alpha + t)
        gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
        return -float(weight @ (start + np.where(repeats, np.logaddexp(alive, gone), alive)))

    span = max(float(np.median(t)), 1.0)
    starts = [(1.0, span / 8, 1.0, 2.0), (0.3, span / 4, 0.5, 5.0), (1.0, span, 0.2, 2.0)]
    named, log_likelihood, at_bounds = _maximum(loss, ("r", "alpha", "a", "b"), starts)
    return Fit("bg_nbd", named, len(frequency), int(np.sum(frequency)), log_likelihood, at_bounds)


def fit_gamma_gamma(frequency: Numbers, spend: Numbers) -> Fit:
    """Gamma-Gamma: parameters p, q, gamma, from customers with repeat purchases and a mean spend above 0."""
    used = (np.asarray(frequency) > 0) & (np.nan_to_num(np.asarray(spend, dtype=float)) > 0)
    x, m = np.asarray(frequency, dtype=float)[used], np.asarray(spend, dtype=float)[used]
    # in units of the mean, so that the search is the same for yen and for euros
    scale = float(m.mean()) if len(m) else 1.0
    z = m / scale

    def loss(logs: Numbers) -> float:
        p, q, gamma = np.exp(logs)
        px = p * x
        terms = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(gamma)
        return -float(np.sum(terms + (px - 1) * np.log(z) + px * np.log(x) - (px + q) * np.log(gamma + x * z)))

    starts = [(6.0, 4.0, 0.5), (2.0, 3.0, 1.0), (1.0, 10.0, 5.0)]
    named, log_likelihood, at_bounds = _maximum(loss, ("p", "q", "gamma"), starts)
    named["gamma"] *= scale
    log_likelihood -= len(x) * float(np.log(scale))
    return Fit("gamma_gamma", named, len(x), int(x.sum()), log_likelihood, at_bounds)


def _maximum(
    loss: Callable[[Numbers], float], names: Sequence[str], starts: Sequence[tuple[float, ...]]
) -> tuple[dict[str, float], float, tuple[str, ...]]:
    """The best of several searches: parameters, log likelihood, parameters at an edge of the search.

    Parameters are above 0, so the search is over their logarithms."""
    edges = [(np.log(LOWEST), np.log(HIGHEST[name])) for name in names]
    best = None
    for start in starts:
        found = minimize(loss, np.clip(np.log(start), *np.transpose(edges)), method="L-BFGS-B", bounds=edges)
        found = minimize(
            loss,
            found.x,
            method="Nelder-Mead",
            bounds=edges,
            options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 5000, "maxfev": 5000},
        )
        if best is None or found.fun < best.fun:
            best = found
    named = {name: float(value) for name, value in zip(names, np.exp(best.x), strict=True)}
    at_bounds = tuple(name for name, value in named.items() if not LOWEST * 1.01 < value < HIGHEST[name] / 1.01)
    return named, -float(best.fun), at_bounds


def fit(summaries: Summaries, least_repeat_customers: int) -> list[Fit]:
    """Both models; FitError where too few customers came back for the numbers to mean anything."""
    if summaries.repeat_customers < least_repeat_customers:
        raise FitError(
            f"{summaries.repeat_customers} of {len(summaries.frequency)} customers bought on more than one day, and at "
            f"least {least_repeat_customers} are needed (min_repeat_customers in {shown(SETTINGS)}). "
            "The parameters stay as they are."
        )
    return [
        fit_bg_nbd(summaries.frequency, summaries.recency, summaries.age),
        fit_gamma_gamma(summaries.frequency, summaries.spend),
    ]


# ---------------------------------------------------------------- where purchases come from


def read_build(file: Path) -> Summaries:
    """The summaries of a build file, as of its own day."""
    if not file.exists():
        raise FitError(f"{shown(file)} is missing: build first (`make build`).")
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            rows = connection.execute(
                "select frequency, recency_weeks, age_weeks, mean_repeat_spend, "
                f"first_purchase_date + cast(round(age_weeks * 7) as integer) from {SUMMARIES} order by customer_id"
            ).fetchall()
            schemas = {row[0] for row in connection.execute("select schema_name from duckdb_schemas()").fetchall()}
    except duckdb.CatalogException:
        raise FitError(f"{shown(file)} has no table {SUMMARIES}: build it first (`make build`).") from None
    except duckdb.IOException as error:
        raise FitError(f"{shown(file)} cannot be read now: {error}") from None
    # views over other raw rows lie in a schema of their own; the demo's are seeds
    return _summaries(rows, of_the_demo="raw" not in schemas)


def read_log(log: Path, until: date | None = None) -> Summaries:
    """The summaries of a log (CSV or Parquet: customer_id, purchase_date, amount), as of `until` or its last day."""
    if not log.exists():
        raise FitError(f"{log} is missing.")
    reader = "read_parquet" if log.suffix == ".parquet" else "read_csv"
    with duckdb.connect() as connection:
        try:
            rows = connection.execute(
                f"""
                with days as (
                    select
                        cast(customer_id as varchar) as customer_id,
                        cast(purchase_date as date) as purchase_date,
                        sum(cast(amount as double)) as amount
                    from {reader}($log)
                    where $until is null or cast(purchase_date as date) <= $until
                    group by all
                ),
                dated as (select *, min(purchase_date) over (partition by customer_id) as first_date from days)
                select
                    count(*) - 1,
                    (max(purchase_date) - first_date) / 7,
                    (coalesce($until, (select max(purchase_date) from days)) - first_date) / 7,
                    avg(amount) filter (where purchase_date > first_date),
                    coalesce($until, (select max(purchase_date) from days))
                from dated
                group by customer_id, first_date
                order by customer_id
                """,
                {"log": str(log), "until": until},
            ).fetchall()
        except duckdb.Error as error:
            raise FitError(f"{log} needs the columns customer_id, purchase_date and amount: {error}") from None
    return _summaries(rows)


def _summaries(rows: list[tuple], *, of_the_demo: bool = False) -> Summaries:
    if not rows:
        raise FitError("There is no one-off purchase: nothing to fit.")
    frequency, recency, age, spend, days = zip(*rows, strict=True)
    return Summaries(
        np.array(frequency, dtype=float),
        np.array(recency, dtype=float),
        np.array(age, dtype=float),
        np.array([np.nan if value is None else value for value in spend], dtype=float),
        max(days),
        of_the_demo,
    )


def least_repeat_customers() -> int:
    """The seeded minimum."""
    with SETTINGS.open(newline="", encoding="utf-8") as opened:
        settings = {row["setting"]: float(row["value"]) for row in csv.DictReader(opened)}
    return int(settings["min_repeat_customers"])


def write_seed(fits: Sequence[Fit], as_of: date, seed: Path, fitted_on: str = "own") -> None:
    """Replaces the seed in one step, so that a broken run leaves the old one."""
    with tempfile.NamedTemporaryFile(
        "w", newline="", encoding="utf-8", dir=seed.parent, prefix=f".{seed.name}.", delete=False
    ) as opened:
        try:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(COLUMNS)
            for each in fits:
                for name, value in each.parameters.items():
                    counts = (each.customers, each.repeat_purchases, f"{each.log_likelihood:.4f}")
                    writer.writerow((each.model, name, f"{value:.6f}", *counts, as_of.isoformat(), "week", fitted_on))
            opened.flush()
            Path(opened.name).chmod(0o644)
            os.replace(opened.name, seed)
        except BaseException:
            Path(opened.name).unlink(missing_ok=True)
            raise


def run_fit_purchases(log: Path | None, until: date | None, seed: Path = SEED) -> int:
    """Fits on a log or on the build file, and writes the seed."""
    console = Console()
    try:
        summaries = read_log(log, until) if log else read_build(build_file())
        fits = fit(summaries, least_repeat_customers())
    except FitError as error:
        console.print(f"[red]Not fitted:[/red] {error}")
        return 2
    table = Table("model", "parameter", "value", "customers", "repeat purchases", "log likelihood")
    for each in fits:
        for name, value in each.parameters.items():
            numbers = (f"{value:.4f}", str(each.customers), str(each.repeat_purchases), f"{each.log_likelihood:.2f}")
            table.add_row(each.model, name, *numbers)
    console.print(table)
    loose = [f"{each.model} {name}" for each in fits for name in each.at_bounds]
    if loose:
        console.print(
            f"[yellow]At the edge of the search: {', '.join(loose)}.[/yellow] The data do not tell these parameters; "
            "customers hardly differ in what they stand for. Predictions hold; do not read more into these numbers."
        )
    write_seed(fits, summaries.as_of, seed, "demo" if summaries.of_the_demo else "own")
    console.print(f"Written to {shown(seed)} (as of {summaries.as_of}). The next build uses it.")
    if summaries.of_the_demo:
        console.print("It was fitted on the demo, so it holds for the demo only: build your own exports first.")
    return 0
