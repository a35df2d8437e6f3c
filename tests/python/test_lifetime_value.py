"""Lifetime value: renewal and purchase models against published numbers and against scipy, and the command that fits.

The macros are compiled once and run on tables of the test's own, so it is the project's SQL that is tested.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from harness import Build, compiled
from scipy.optimize import minimize
from scipy.special import hyp2f1
from typer.testing import CliRunner

from customer360 import fit_purchases
from customer360.cli import app
from customer360.fit_purchases import FitError, Summaries, fit, fit_bg_nbd, fit_gamma_gamma, read_build, read_log

CALIBRATION_ENDS = date(1997, 9, 30)
CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426, "p": 6.25, "q": 3.74, "gamma": 15.44}
SQL = {
    "fit_sbg": "{{ fit_sbg('counts') }}",
    "sbg_survival": "{{ sbg_survival('fits', 400) }}",
    "purchase_summary": "{{ purchase_summary('purchases', \"cast('1997-09-30' as date)\") }}",
    "expected_purchases": "{{ expected_purchases('scored', 'weeks') }}",
    "probability_alive": "select customer_id, {{ probability_alive('frequency', 'recency_weeks', 'age_weeks', "
    "'r', 'alpha', 'a', 'b') }} as value from scored",
    "expected_spend": "select customer_id, {{ expected_spend('frequency', 'mean_spend', 'p', 'q', 'gamma') }} as value "
    "from spenders",
}


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The macros as DuckDB's SQL, by name."""
    return compiled(SQL, tmp_path_factory.mktemp("compiled"))


def run(sql: str, **tables: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows of a query over tables given as Python rows."""
    with duckdb.connect() as connection:
        for name, given in tables.items():
            rows = list(given)
            columns = ", ".join(f"{key} {_type(rows, key)}" for key in rows[0])
            connection.execute(f"create table {name} ({columns})")
            connection.executemany(
                f"insert into {name} values ({', '.join('?' * len(rows[0]))})", [list(row.values()) for row in rows]
            )
        return connection.execute(sql).fetchall()


def _type(rows: Sequence[Mapping[str, Any]], key: str) -> str:
    value = next(row[key] for row in rows if row[key] is not None)
    return {bool: "boolean", str: "varchar", int: "bigint", float: "double", date: "date"}[type(value)]


# ---------------------------------------------------------------- renewal


@pytest.fixture(scope="module")
def published(reference_data: Path) -> dict[str, list[dict[str, float]]]:
    """Percent surviving by year, of the two segments of Fader and Hardie (2007)."""
    found: dict[str, list[dict[str, float]]] = {}
    file = reference_data / "sbg/sbg_expected_fit_years1_7_forecast_8_12.csv"
    with file.open(newline="") as opened:
        for row in csv.DictReader(opened):
            years = {"actual": float(row["actual_pct_surviving"]), "fitted": float(row["sbg_pct_surviving"])}
            found.setdefault(row["segment"], []).append(years)
    return found


@pytest.fixture(scope="module")
def fits(sql: dict[str, str], published: dict[str, list[dict[str, float]]]) -> list[dict[str, Any]]:
    """What the macro makes of years 1 to 7, per 1,000 customers."""
    counts = [
        {
            "segment": segment,
            "period": year,
            "at_risk": round(years[year - 1]["actual"] * 10),
            "lost": round((years[year - 1]["actual"] - years[year]["actual"]) * 10),
        }
        for segment, years in published.items()
        for year in range(1, 8)
    ]
    names = ("segment", "alpha", "beta", "log_likelihood", "is_at_bound")
    return [dict(zip(names, row, strict=True)) for row in run(sql["fit_sbg"], counts=counts)]


def test_renewal_is_fitted_as_published(fits: list[dict[str, Any]]) -> None:
    by_segment = {row["segment"]: row for row in fits}
    for segment, alpha, beta, log_likelihood in (("HE", 0.668, 3.806, -1611.16), ("RG", 0.704, 1.182, -1680.27)):
        assert by_segment[segment]["alpha"] == pytest.approx(alpha, abs=0.005)
        assert by_segment[segment]["beta"] == pytest.approx(beta, abs=0.005)
        assert by_segment[segment]["log_likelihood"] == pytest.approx(log_likelihood, abs=0.01)
        assert not by_segment[segment]["is_at_bound"]


def test_renewal_is_projected_as_published(
    sql: dict[str, str], fits: list[dict[str, Any]], published: dict[str, list[dict[str, float]]]
) -> None:
    curves: dict[str, list[float]] = {}
    for segment, _, _, survival in sorted(run(sql["sbg_survival"], fits=fits)):
        curves.setdefault(segment, []).append(survival)
    for segment, years in published.items():
        for year in range(8, 13):
            assert curves[segment][year] == pytest.approx(years[year]["fitted"] / 100, abs=0.002)
            assert curves[segment][year] == pytest.approx(years[year]["actual"] / 100, abs=0.02)
    discounted = {segment: sum(s / 1.1**t for t, s in enumerate(curve[:400])) for segment, curve in curves.items()}
    assert discounted["HE"] == pytest.approx(5.923, abs=0.002)
    assert discounted["RG"] == pytest.approx(3.695, abs=0.002)


def _lives(chance: np.random.Generator, alpha: float, beta: float, size: int, most: int) -> list[tuple[int, int, int]]:
    """Counts (period, at risk, lost) of simulated customers, each seen for a random number of periods."""
    life = chance.geometric(np.clip(chance.beta(alpha, beta, size), 1e-9, 1))
    seen = chance.integers(0, most + 1, size)
    rows = []
    for period in range(1, most + 1):
        known = seen >= period
        rows.append((period, int((known & (life >= period)).sum()), int((known & (life == period)).sum())))
    return [row for row in rows if row[1]]


def _log_likelihood(parameters: Sequence[float], rows: list[tuple[int, int, int]]) -> float:
    """By P(t) and S(t), not by retention as the macro does it."""
    alpha, beta = parameters
    survival, total = 1.0, 0.0
    for number, (period, at_risk, lost) in enumerate(rows):
        leave = survival * alpha / (alpha + beta + period - 1)
        survival -= leave
        following = rows[number + 1][1] if number + 1 < len(rows) else 0
        censored = at_risk - lost - following
        total += lost * np.log(leave) + censored * np.log(survival)
    return total


def test_renewal_with_censoring_is_as_likely_as_scipy_finds_it(sql: dict[str, str]) -> None:
    chance = np.random.default_rng(20261031)
    cases = {
        f"case{number:02d}": _lives(
            chance,
            float(np.exp(chance.normal(0, 0.7))),
            float(np.exp(chance.normal(1.2, 0.8))),
            int(chance.integers(60, 2000)),
            int(chance.integers(4, 30)),
        )
        for number in range(40)
    }
    counts = [
        {"segment": segment, "period": period, "at_risk": at_risk, "lost": lost}
        for segment, rows in cases.items()
        for period, at_risk, lost in rows
    ]
    fitted = {row[0]: row for row in run(sql["fit_sbg"], counts=counts)}
    random.Random(5).shuffle(counts)
    assert {row[0]: row for row in run(sql["fit_sbg"], counts=counts)} == fitted, "the order of rows matters"
    compared = 0
    for segment, rows in cases.items():
        searches = [
            minimize(
                lambda logs, rows=rows: -_log_likelihood(np.exp(logs), rows),
                start,
                method="Nelder-Mead",
                options={"xatol": 1e-8, "fatol": 1e-11, "maxiter": 5000},
            )
            for start in ([0, 0], [0, 2], [-1, 1])
        ]
        best = min(searches, key=lambda each: each.fun)
        _, alpha, beta, log_likelihood, is_at_bound = fitted[segment]
        assert log_likelihood == pytest.approx(_log_likelihood((alpha, beta), rows), abs=1e-3)
        assert log_likelihood >= -best.fun - 0.01
        if best.x.max() < 3 and not is_at_bound:  # beyond, the likelihood is flat
            assert (alpha, beta) == pytest.approx(tuple(np.exp(best.x)), rel=0.01)
            compared += 1
    assert compared > 25


def test_without_differences_between_customers_the_fit_says_so(sql: dict[str, str]) -> None:
    counts = [{"segment": "flat", "period": t, "at_risk": 2 ** (20 - t), "lost": 2 ** (19 - t)} for t in range(1, 12)]
    [(_, alpha, beta, _, is_at_bound)] = run(sql["fit_sbg"], counts=counts)
    assert is_at_bound
    assert alpha / (alpha + beta) == pytest.approx(0.5, abs=0.01)


def _whole_months(first: date, last: date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    is_short = last.day < first.day and (last + timedelta(days=1)).month == last.month
    return months - 1 if is_short else months


def test_the_model_of_a_year_ago_foretells_who_stayed(sql: dict[str, str], built2000: Build) -> None:
    """Fitted to what was known a year before the end: survivors of the year since, within three standard errors."""
    now = date.fromisoformat(built2000.as_of)
    then = now.replace(year=now.year - 1)
    lives = built2000.ask(
        "select started_on, ended_on from intermediate.int_lifetime__lives "
        f"where segment = 'month' and started_on <= date '{then}'"
    )
    seen: Counter[tuple[int, bool]] = Counter()
    for start, end in lives:
        whole, renewed = _whole_months(start, then), _renewed(start, end, then)
        seen[min(whole, renewed), renewed < whole] += 1
    counts = [
        {
            "segment": "month",
            "period": period,
            "at_risk": sum(n for (last, is_lost), n in seen.items() if last + is_lost >= period),
            "lost": seen[period - 1, True],
        }
        for period in range(1, max(last for last, _ in seen) + 1)
    ]
    [(segment, alpha, beta, *_)] = run(sql["fit_sbg"], counts=counts)
    fitted = [{"segment": segment, "alpha": alpha, "beta": beta}]
    survival = {period: share for _, period, _, share in run(sql["sbg_survival"], fits=fitted)}
    expected = variance = stayed = 0.0
    for start, end in lives:
        if end is None or end > then:
            share = survival[_whole_months(start, now)] / survival[_whole_months(start, then)]
            expected, variance = expected + share, variance + share * (1 - share)
            stayed += end is None or end > now
    assert stayed > 200
    assert abs(stayed - expected) < 3 * variance**0.5, f"{stayed:.0f} stayed, {expected:.1f} were expected"


def _renewed(start: date, end: date | None, then: date) -> int:
    """Months renewed, as known on a day: up to the day, or up to the last day before the customer left."""
    return _whole_months(start, then if end is None or end > then else end - timedelta(days=1))


# ---------------------------------------------------------------- one-off purchases


@pytest.fixture(scope="module")
def log(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CDNOW's log in the form that --log takes."""
    file = tmp_path_factory.mktemp("cdnow") / "log.csv"
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["customer_id", "purchase_date", "amount"])
        for line in (reference_data / "cdnow/CDNOW_sample.txt").read_text().splitlines():
            _, customer, day, _, dollars = line.split()
            writer.writerow([customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", dollars])
    return file


def test_frequency_recency_and_age_are_those_of_cdnow(sql: dict[str, str], log: Path, reference_data: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table purchases as select customer_id, purchase_date, amount from read_csv(?, types = "
            "{'customer_id': 'varchar', 'purchase_date': 'date', 'amount': 'decimal(18, 4)'})",
            [str(log)],
        )
        got = {row[0]: row[3:6] for row in connection.execute(sql["purchase_summary"]).fetchall()}
    with (reference_data / "cdnow/expected_cbs_calib39_holdout39.csv").open(newline="") as opened:
        expected = {row["sid"]: (float(row["x"]), float(row["t_x"]), float(row["T"])) for row in csv.DictReader(opened)}
    assert len(expected) == 2357
    assert got.keys() == expected.keys()
    assert [key for key in expected if got[key] != pytest.approx(expected[key], abs=1e-9)] == []
    ours = read_log(log, CALIBRATION_ENDS)
    assert (len(ours.frequency), ours.frequency.sum(), ours.repeat_customers) == (2357, 2457, 946)
    assert np.column_stack([ours.frequency, ours.recency, ours.age]) == pytest.approx(
        np.array([expected[key] for key in sorted(expected)])
    )


def test_purchase_models_are_fitted_as_published(log: Path) -> None:
    frequency, spend = fit(read_log(log, CALIBRATION_ENDS), 50)
    for name, tolerance in (("r", 0.001), ("alpha", 0.01), ("a", 0.005), ("b", 0.01)):
        assert frequency.parameters[name] == pytest.approx(CDNOW[name], abs=tolerance)
    assert frequency.log_likelihood == pytest.approx(-9582.43, abs=0.01)
    for name, tolerance in (("p", 0.02), ("q", 0.02), ("gamma", 0.05)):
        assert spend.parameters[name] == pytest.approx(CDNOW[name], abs=tolerance)
    assert spend.log_likelihood == pytest.approx(-4055.92, abs=0.02)
    assert (frequency.at_bounds, spend.at_bounds) == ((), ())


def _scored(rows: Iterable[tuple[float, float, float, float]], **changed: float) -> list[dict[str, Any]]:
    parameters = {name: CDNOW[name] for name in ("r", "alpha", "a", "b")} | changed
    return [
        {
            "customer_id": str(n),
            "frequency": int(x),
            "recency_weeks": t_x,
            "age_weeks": age,
            "weeks": weeks,
            **parameters,
        }
        for n, (x, t_x, age, weeks) in enumerate(rows)
    ]


def test_probability_alive_and_expected_purchases_are_the_golden_ones(sql: dict[str, str]) -> None:
    rows = [(2, 30.43, 38.86, 39.0), (1, 1.0, 39.0, 1.0), (10, 38.0, 39.0, 1.0), (10, 10.0, 39.0, 1.0)]
    rows += [(0, 0.0, 39.0, 39.0)]
    alive = dict(run(sql["probability_alive"], scored=_scored(rows)))
    assert alive["0"] == pytest.approx(0.7266, abs=1e-4)
    assert alive["1"] == pytest.approx(0.187, abs=5e-4)
    assert alive["2"] == pytest.approx(0.919, abs=5e-4)
    assert alive["3"] == pytest.approx(0.000179, abs=5e-7)
    assert alive["4"] == 1
    assert dict(run(sql["expected_purchases"], scored=_scored(rows)))["0"] == pytest.approx(1.226, abs=3e-3)
    # a new customer: E[X(t)] of the paper
    times = {0.1429: 0.0078, 1.0: 0.0532, 3.0: 0.1506, 31.8571: 1.0405, 32.0: 1.0437, 78.0: 1.8576}
    new = dict(run(sql["expected_purchases"], scored=_scored([(0, 0.0, 0.0, t) for t in times])))
    assert [new[str(n)] for n in range(len(times))] == pytest.approx(list(times.values()), abs=3e-3)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"r": 4.0, "alpha": 30.0, "a": 1.7, "b": 0.4},
        {"r": 0.9, "alpha": 60.0, "a": 0.05, "b": 3.0},
        {"r": 17.0, "alpha": 9000.0, "a": 20.0, "b": 100.0},
    ],
)
def test_the_series_is_the_hypergeometric_function(sql: dict[str, str], parameters: dict[str, float]) -> None:
    chance = np.random.default_rng(3)
    ages = chance.uniform(0.5, 150, 60)
    counts = chance.integers(0, 25, 60)
    rows = [
        (float(x), float(age * part) if x else 0.0, float(age), float(weeks))
        for x, age, part, weeks in zip(
            counts, ages, chance.uniform(0.05, 1, 60), chance.uniform(1, 60, 60), strict=True
        )
    ]
    scored = _scored(rows, **parameters)
    got = dict(run(sql["expected_purchases"], scored=scored))
    for row in scored:
        r, alpha, a, b, x = (row[name] for name in ("r", "alpha", "a", "b", "frequency"))
        t_x, age, t = row["recency_weeks"], row["age_weeks"], row["weeks"]
        series = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
        above = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * series)
        below = 1 + (a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x) if x else 0)
        assert got[row["customer_id"]] == pytest.approx(above / below, rel=1e-5, abs=1e-9)


def test_expected_spend_is_that_of_cdnow(sql: dict[str, str], reference_data: Path) -> None:
    golden = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    with (reference_data / "cdnow/cdnow_customers_summary_with_transactions.csv").open(newline="") as opened:
        rows = [
            {
                "customer_id": row["ID"],
                "frequency": int(row["x"]),
                "mean_spend": float(row["zbar"]) if int(row["x"]) else None,
                **{name: CDNOW[name] for name in ("p", "q", "gamma")},
            }
            for row in csv.DictReader(opened)
        ]
    got = dict(run(sql["expected_spend"], spenders=rows[:10]))
    assert [got[row["customer_id"]] for row in rows[:10]] == pytest.approx(golden, abs=0.1)
    fitted = fit_gamma_gamma(
        np.array([row["frequency"] for row in rows]), np.array([row["mean_spend"] for row in rows], dtype=float)
    )
    assert fitted.parameters["p"] == pytest.approx(6.25, abs=0.02)


# ---------------------------------------------------------------- the command


def _bought(customers: int, seed: int) -> Summaries:
    """Customers, seen for 100 weeks, who each buy at a rate and leave after a purchase with a chance of their own."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(customers):
        rate, leave = chance.gamma(0.8) / 12, chance.beta(0.9, 2.5)
        at = [0.0]
        while (following := at[-1] + chance.exponential(1 / rate)) < 100:
            at.append(following)
            if chance.random() < leave:
                break
        spend = chance.gamma(5 * max(len(at) - 1, 1)) / chance.gamma(4.0) * 30 / max(len(at) - 1, 1)
        found.append((len(at) - 1, at[-1], 100.0, spend if len(at) > 1 else np.nan))
    return Summaries(*(np.array(values) for values in zip(*found, strict=True)), as_of=date(2026, 1, 31))


def test_fits_find_the_parameters_that_made_the_purchases() -> None:
    bought = _bought(6_000, 1)
    fitted = fit_bg_nbd(bought.frequency, bought.recency, bought.age).parameters
    assert fitted == pytest.approx({"r": 0.8, "alpha": 12, "a": 0.9, "b": 2.5}, rel=0.2)


def test_too_few_repeat_buyers_are_no_model() -> None:
    with pytest.raises(FitError, match="at least 5000 are needed"):
        fit(_bought(100, 2), 5000)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(FitError, match="build first"):
        read_build(tmp_path / "none.duckdb")
    duckdb.connect(str(tmp_path / "bare.duckdb")).close()
    with pytest.raises(FitError, match="has no table"):
        read_build(tmp_path / "bare.duckdb")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("who,when\n1,2026-01-01\n")
    with pytest.raises(FitError, match="needs the columns"):
        read_log(wrong)


def test_the_command_writes_the_seed_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed, log = tmp_path / "seed.csv", tmp_path / "log.csv"
    seed.write_text("as it was\n")
    chance = np.random.default_rng(4)
    with log.open("w") as opened:
        opened.write("customer_id,purchase_date,amount\n")
        for customer in range(300):
            for day in np.cumsum(chance.integers(0, 200, chance.integers(1, 6))):
                if day < 600:
                    opened.write(f"{customer},{date.fromordinal(739_000 + int(day))},{20 + chance.gamma(5):.2f}\n")
    monkeypatch.setenv("CUSTOMER360_BUILD_FILE", str(tmp_path / "none.duckdb"))
    refused = CliRunner().invoke(app, ["fit-purchases"])
    assert refused.exit_code == 2
    assert "build first" in refused.output
    assert fit_purchases.run_fit_purchases(log, None, seed) == 0
    with seed.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["parameter"] for row in rows] == ["r", "alpha", "a", "b", "p", "q", "gamma"]
    assert {(row["time_unit"], row["fitted_on"]) for row in rows} == {("week", "own")}
    assert all(float(row["value"]) > 0 for row in rows)

    def broken(*_: object) -> None:
        raise OSError("disk full")

    before = seed.read_text()
    monkeypatch.setattr(fit_purchases.os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        fit_purchases.run_fit_purchases(log, None, seed)
    assert seed.read_text() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["log.csv", "seed.csv"]


def test_the_seed_is_what_the_command_writes() -> None:
    """The shipped parameters have the columns of the command, are above 0 and hold for the demo alone."""
    with fit_purchases.SEED.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert tuple(rows[0]) == fit_purchases.COLUMNS
    assert {row["parameter"] for row in rows} == {"r", "alpha", "a", "b", "p", "q", "gamma"}
    assert all(float(row["value"]) >= fit_purchases.LOWEST for row in rows)
    assert {row["fitted_on"] for row in rows} == {"demo"}


# ---------------------------------------------------------------- the demo


def test_the_demo_build_gives_what_the_command_reads(build_file: Path) -> None:
    summaries = read_build(build_file)
    assert len(summaries.frequency) > 10
    assert summaries.as_of == date(2026, 10, 31)
