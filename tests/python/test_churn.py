"""Churn risk: the scorecard against published figures, scikit-learn, scipy and the simulator's true chances.

The macros are compiled once and run on tables of the test's own, so it is the project's SQL that is tested.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import harness
import numpy as np
import pyarrow as pa
import pytest
from harness import Build
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SLOTS = 16
SCALE = "cast(20 as double)", "cast(600 as double)", "cast(60 as double)"
SQL = {
    "levels": "{{ scorecard_levels('features', 'settings') }}",
    "bins": "{{ scorecard_bins('features', 'levels', 'settings') }}",
    "woes": "{{ scorecard_woes('features', 'levels', 'bins') }}",
    "design": "{{ scorecard_design('woes') }}",
    "fits": "{{ scorecard_start('design') }}",
    "next_fits": "{{ scorecard_step('fits', 'design', 'settings') }}",
    "coefficients": "{{ scorecard_coefficients('bins', 'fits') }}",
    "points": f"select woes.*, intercept, {{{{ scorecard_points('woe', 'coefficient', '{SCALE[0]}') }}}} as points "
    "from woes inner join coefficients using (model_id, feature)",
    "scores": "select model_id, entity_id, min(label) as label, is_training, "
    "sum(points) + min("
    f"{{{{ scorecard_base_points('intercept', '{SCALE[0]}', '{SCALE[1]}', '{SCALE[2]}') }}}}) as score "
    "from points group by model_id, entity_id, is_training",
    "scored": "select model_id as group_id, label, probability as score, probability, probability >= 0.5 as is_flagged "
    "from ("
    f"select *, {{{{ scorecard_probability('score', '{SCALE[0]}', '{SCALE[1]}', '{SCALE[2]}') }}}} as probability "
    "from scores where not is_training) as risks",
    "deciles": "{{ scorecard_deciles('scored') }}",
    "validation": "{{ scorecard_validation('deciles') }}",
    "solved": "select {{ solve_linear('matrix', 5) }} as solution from systems order by number",
}
SETTINGS = {
    "pre_bins": 40, "min_bin_share": 0.05, "min_split_gain": 4, "level_smoothing": 20, "min_iv": 0.02, "ridge": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The macros as DuckDB's SQL, by name."""
    return harness.compiled(SQL, tmp_path_factory.mktemp("compiled"))


Feature = tuple[str, str, str, float | None, str | None, int | None, bool]


@pytest.fixture
def train(sql: dict[str, str]) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Trains and scores on rows (model, entity, feature, number, text, label, is_training); each step is a table."""

    def run(rows: list[Feature], until: str = "validation", **settings: float) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        given = SETTINGS | settings
        columns = ", ".join(f"cast({value} as double) as {name}" for name, value in given.items())
        connection.execute(f"create table settings as select {columns}")
        names = ("model_id", "entity_id", "feature", "number_value", "text_value", "label", "is_training")
        kinds = ("varchar", "varchar", "varchar", "double", "varchar", "integer", "boolean")
        arrays = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        given_rows = pa.table({name: pa.array(arrays[name], from_pandas=True) for name in names})
        casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in zip(names, kinds, strict=True))
        connection.register("given_rows", given_rows)
        connection.execute(
            f"create table features as select {casts}, cast('2020-01-31' as date) as period from given_rows"
        )
        for step in list(SQL)[: list(SQL).index(until) + 1]:
            connection.execute(f"create table {step} as {sql[step]}")
            while step == "next_fits" and connection.execute("from next_fits except from fits").fetchall():
                connection.execute("create or replace table fits as from next_fits")
                connection.execute(f"create or replace table {step} as {sql[step]}")
        return connection

    return run


# ---------------------------------------------------------------- published figures


def test_telco_is_told_as_well_as_published(
    train: Callable[..., duckdb.DuckDBPyConnection], reference_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five folds, 18 variables: published .8456 without bounds on the signs."""
    file = reference_data / "telco/Telco-Customer-Churn.csv"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    numbers = ("tenure", "MonthlyCharges", "TotalCharges")
    rows: list[Feature] = []
    with file.open(newline="") as opened:
        customers = list(csv.DictReader(opened))
    folds = np.random.default_rng(0).permutation(np.arange(len(customers)) % 5)
    for customer, its_fold in zip(customers, folds, strict=True):
        label = int(customer["Churn"] == "Yes")
        for fold in range(5):
            for name, text in customer.items():
                if name in ("customerID", "Churn", "gender"):
                    continue
                number = float(text) if name in numbers and text.strip() else None
                rows.append(
                    (f"fold{fold}", customer["customerID"], name, number, None if name in numbers else text, label,
                     bool(its_fold != fold))
                )  # fmt: skip
    connection = train(rows)
    ours = dict(connection.execute("select group_id, auc from validation").fetchall())
    independent = {}
    for fold in ours:
        found = connection.execute("select label, probability from scored where group_id = ?", [fold]).fetchnumpy()
        independent[fold] = roc_auc_score(found["label"], found["probability"])
    with capsys.disabled():
        print(f"\nTelco, five folds: AUC {np.mean(list(independent.values())):.4f} (published .8456)")
    assert ours == pytest.approx(independent, abs=1e-12)
    assert np.mean(list(independent.values())) >= 0.84
    assert connection.execute("select max(largest_gradient) from fits").fetchone()[0] < 1e-9


# ---------------------------------------------------------------- arithmetic


def test_linear_systems_are_solved_as_numpy_does(sql: dict[str, str]) -> None:
    chance = np.random.default_rng(3)
    systems = []
    for _ in range(50):
        root = chance.normal(size=(5, 5))
        systems.append((root @ root.T + 0.1 * np.eye(5), chance.normal(size=5)))
    with duckdb.connect() as connection:
        connection.execute("create table systems (number integer, matrix double[][])")
        for number, (matrix, right) in enumerate(systems):
            connection.execute("insert into systems values (?, ?)", [number, np.column_stack([matrix, right]).tolist()])
        solved = [row[0] for row in connection.execute(sql["solved"]).fetchall()]
    for solution, (matrix, right) in zip(solved, systems, strict=True):
        assert solution == pytest.approx(np.linalg.solve(matrix, right), rel=1e-7, abs=1e-9)


@pytest.fixture
def invented() -> list[Feature]:
    """Two models on an invented population: numbers that matter, overlap and do not matter, texts, missing values."""
    chance = np.random.default_rng(11)
    rows: list[Feature] = []
    for entity in range(6000):
        first, noise = chance.normal(size=2)
        size = chance.choice(["small", "middle", "large"], p=[0.5, 0.3, 0.2])
        log_odds = -2.3 + 0.9 * first + {"small": 0.6, "middle": 0.0, "large": -0.8}[size]
        label = int(chance.random() < 1 / (1 + np.exp(-log_odds)))
        values: dict[str, float | str | None] = {
            "first": first,
            "same": first + 0.4 * chance.normal(),
            "noise": noise,
            "size": str(size),
            "seldom": None if chance.random() < 0.3 else -first + chance.normal(),
        }
        for model, last in (("a", 5000), ("b", 3000)):
            for name, value in values.items():
                is_text = isinstance(value, str)
                rows.append(
                    (model, f"e{entity:05d}", name, None if is_text else value, value if is_text else None, label,
                     entity < last)
                )  # fmt: skip
    return rows


def test_the_fit_is_the_optimum_that_scipy_finds(
    train: Callable[..., duckdb.DuckDBPyConnection], invented: list[Feature]
) -> None:
    connection = train(invented, until="next_fits")
    weights = ", ".join(f"w_{slot}" for slot in range(1, SLOTS + 1))
    for model in ("a", "b"):
        found = connection.execute(f"select label, {weights} from design where model_id = ?", [model]).fetchnumpy()
        matrix = np.column_stack([np.ones(len(found["label"])), *(found[f"w_{s}"] for s in range(1, SLOTS + 1))])
        label, penalty = found["label"], np.r_[0, np.full(SLOTS, float(SETTINGS["ridge"]))]

        def loss(b: np.ndarray, x: np.ndarray = matrix, y: np.ndarray = label, r: np.ndarray = penalty) -> float:
            return float((np.logaddexp(0, x @ b) - y * (x @ b)).sum() + 0.5 * (r * b * b).sum())

        def slope(b: np.ndarray, x: np.ndarray = matrix, y: np.ndarray = label, r: np.ndarray = penalty) -> np.ndarray:
            return -x.T @ (y - 1 / (1 + np.exp(-(x @ b)))) + r * b

        bounds = [(None, None)] + [(0, None)] * SLOTS
        options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5000}
        best = minimize(loss, np.zeros(SLOTS + 1), jac=slope, method="L-BFGS-B", bounds=bounds, options=options).x
        free = np.r_[True, best[1:] > 1e-7]
        exact = minimize(loss, best, jac=slope, method="trust-constr", bounds=bounds, options={"gtol": 1e-10}).x
        columns = ", ".join(f"b_{slot}" for slot in range(1, SLOTS + 1))
        row = connection.execute(
            f"select b_0, {columns}, largest_gradient from fits where model_id = ?", [model]
        ).fetchone()
        ours = np.array(row[:-1])
        assert loss(ours) <= min(loss(best), loss(exact)) + 1e-8
        assert ours[free] == pytest.approx(best[free], abs=2e-5)
        assert np.abs(slope(ours)[ours > 0]).max() / len(label) < 1e-6
        assert (slope(ours)[1:][ours[1:] == 0] >= -1e-3).all(), "a feature that would help was left out"
        assert row[-1] < 1e-9
        # the same without bounds, among the features that stayed, by another algorithm
        kept = np.flatnonzero(ours[1:] > 0) + 1
        other = LogisticRegression(C=1 / SETTINGS["ridge"], solver="newton-cholesky", tol=1e-12, max_iter=200)
        other.fit(matrix[:, kept], label)
        assert ours[kept] == pytest.approx(other.coef_[0], abs=1e-6)
        assert ours[0] == pytest.approx(other.intercept_[0], abs=1e-6)


def test_a_feature_with_the_wrong_sign_is_out(train: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """Alone the echo goes along with leaving; beside what it echoes it speaks against, which no point may say."""
    chance = np.random.default_rng(5)
    rows: list[Feature] = []
    for entity in range(6000):
        cause = chance.normal()
        echo = cause + 0.7 * chance.normal()
        label = int(chance.random() < 1 / (1 + np.exp(2 - 2.0 * cause + 0.8 * echo)))
        for name, value in (("cause", cause), ("echo", echo)):
            rows.append(("m", f"e{entity}", name, value, None, label, True))
    connection = train(rows, until="points")
    coefficients = dict(connection.execute("select feature, coefficient from coefficients").fetchall())
    assert coefficients["cause"] > 0.5
    assert coefficients["echo"] == 0
    points = connection.execute("select max(abs(points)) from points where feature = 'echo'").fetchone()
    assert points == (0,)


def test_the_order_of_rows_does_not_matter(
    train: Callable[..., duckdb.DuckDBPyConnection], invented: list[Feature]
) -> None:
    shuffled = [invented[place] for place in np.random.default_rng(1).permutation(len(invented))]
    for step in ("bins", "coefficients", "scores"):
        question = f"select * from {step}"
        one, other = (
            sorted(train(rows, until="scores").execute(question).fetchall(), key=str) for rows in (invented, shuffled)
        )
        assert one == other


def test_measures_are_those_of_independent_code(
    train: Callable[..., duckdb.DuckDBPyConnection], invented: list[Feature]
) -> None:
    connection = train(invented)
    names = [column[0] for column in connection.execute("select * from validation").description]
    for row in connection.execute("select * from validation").fetchall():
        ours = dict(zip(names, row, strict=True))
        found = connection.execute(
            "select label, probability from scored where group_id = ?", [ours["group_id"]]
        ).fetchnumpy()
        label, probability = found["label"].astype(int), found["probability"]
        assert ours["row_count"] == len(label) > 900
        assert ours["auc"] == pytest.approx(roc_auc_score(label, probability), abs=1e-12)
        false, true, _ = roc_curve(label, probability, drop_intermediate=False)
        assert ours["ks"] == pytest.approx(np.abs(true - false).max(), abs=1e-12)
        assert ours["brier_score"] == pytest.approx(brier_score_loss(label, probability), abs=1e-12)
        below = np.searchsorted(np.sort(probability), probability, side="left")
        tenth = 10 * below // len(label)
        gaps = [abs(probability[tenth == t].sum() - label[tenth == t].sum()) for t in range(10)]
        assert ours["calibration_error"] == pytest.approx(sum(gaps) / len(label), abs=1e-12)
        wins, losses = label.sum(), len(label) - label.sum()
        q1, q2 = ours["auc"] / (2 - ours["auc"]), 2 * ours["auc"] ** 2 / (1 + ours["auc"])
        spread = ours["auc"] * (1 - ours["auc"]) + (wins - 1) * (q1 - ours["auc"] ** 2)
        spread += (losses - 1) * (q2 - ours["auc"] ** 2)
        assert ours["auc_standard_error"] == pytest.approx((spread / (wins * losses)) ** 0.5, rel=1e-9)
        flagged = probability >= 0.5
        assert (ours["flagged_rows"], ours["flagged_events"]) == (flagged.sum(), label[flagged].sum())


def test_ties_count_half_and_share_the_top(sql: dict[str, str]) -> None:
    """By hand: 20 rows, all with one score: AUC 1/2, KS 0, lift 1; ten times as many churners on top: 10."""
    with duckdb.connect() as connection:
        rows = [("tie", int(n < 5), 1.0, None, False) for n in range(20)]
        rows += [("best", int(n < 2), float(n < 2), 0.1, n < 2) for n in range(20)]
        connection.execute(
            "create table scored "
            "(group_id varchar, label integer, score double, probability double, is_flagged boolean)"
        )
        connection.executemany("insert into scored values (?, ?, ?, ?, ?)", rows)
        for step in ("deciles", "validation"):
            connection.execute(f"create table {step} as {sql[step]}")
        question = (
            "select group_id, auc, ks, lift, brier_score, precision_rate, precision_low, recall_rate from validation"
        )
        found = {row[0]: row[1:] for row in connection.execute(question).fetchall()}
    assert found["tie"] == (0.5, 0.0, pytest.approx(1.0), None, None, None, 0.0)
    # Wilson's interval of 2 of 2: lower end 2 / (2 + 1.96^2)
    low = 2 / (2 + 1.96**2)
    assert found["best"] == (1.0, 1.0, pytest.approx(10.0), pytest.approx(0.09), 1.0, pytest.approx(low), 1.0)


# ---------------------------------------------------------------- a company with its truth


@pytest.fixture(scope="module")
def company(run_folder: Path) -> Path:
    """A simulated company of 2,000 customers and 36 months, as the simulator makes it by default, to 2026-10-31."""
    return harness.made_once(
        run_folder / "sim36",
        lambda folder: harness.simulate(folder, customers=2000, months=36, seed=7, start="2023-11-01"),
    )


@pytest.fixture(scope="module")
def bench(run_folder: Path) -> harness.Workbench:
    return harness.Workbench(run_folder / "bench36")


@pytest.fixture(scope="module")
def built36(bench: harness.Workbench, company: Path) -> Build:
    """What churn risk needs, built from it."""
    day, wanted = "2026-10-31", ("+churn_validation", "+churn_risk", "customer_sources")
    harness.made_once(bench.folder / "built", lambda _: bench.build("built", company, as_of=day, select=wanted))
    return Build("2,000 customers, 36 months", bench.file("built"), day, bench.marts)


def _true_chances(build: Build, company: Path) -> dict[tuple[str, Any], float]:
    """The simulator's own chance by customer and month end; of two true customers in one the higher."""
    truth = company / "truth"
    return {
        (customer, day): chance
        for customer, day, chance in build.ask(
            "select sources.customer_id, chances.month_end, max(chances.p_90d) from marts.customer_sources as sources "
            f"inner join read_parquet('{truth}/source_records.parquet') as records "
            "on sources.record_key = 'stripe.customer:' || records.source_id "
            f"inner join read_parquet('{truth}/churn_probability.parquet') as chances using (true_customer_id) "
            "where records.source_system = 'stripe' and records.source_table = 'customer' group by 1, 2"
        )
    }


def _rivals(build: Build) -> dict[tuple[str, Any], tuple[float, float]]:
    """Logistic regression and gradient boosting of scikit-learn on the same features, rows and cuts."""
    rows = build.ask(
        "select model_id, entity_id, period, is_training, label, "
        "list(number_value order by feature), list(text_value order by feature) "
        "from intermediate.int_churn__features group by 1, 2, 3, 4, 5 order by 1, 2, 3"
    )
    found = {}
    for model in sorted({row[0] for row in rows}):
        learned, judged = ([row for row in rows if row[0] == model and row[3] == kind] for kind in (True, False))
        order = sorted({(place, text) for row in learned for place, text in enumerate(row[6]) if text is not None})

        def matrix(some: list[Any], order: list[tuple[int, str]] = order) -> np.ndarray:
            texts = np.array([row[6] for row in some], dtype=object)
            levels = [(texts[:, place] == text).astype(float) for place, text in order]
            return np.column_stack([np.array([row[5] for row in some], dtype=float), *levels])

        x, y, ahead = matrix(learned), np.array([row[4] for row in learned]), matrix(judged)
        some = ~np.isnan(x).all(axis=0)
        linear = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True),
            StandardScaler(),
            LogisticRegression(C=0.1, max_iter=3000),
        )
        trees = HistGradientBoostingClassifier(max_depth=3, learning_rate=0.05, max_iter=120, random_state=0)
        pairs = [each.fit(x[:, some], y).predict_proba(ahead[:, some])[:, 1] for each in (linear, trees)]
        found |= {(row[1], row[2]): (a, b) for row, a, b in zip(judged, *pairs, strict=True)}
    return found


def test_out_of_time_the_risk_is_near_the_truth(
    built36: Build, company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth, rivals = _true_chances(built36, company), _rivals(built36)
    rows = built36.ask(
        "select risks.customer_id, risks.month_end, risks.has_churned, risks.probability, months.days_since_use, "
        "risks.risk_status = 'notice_given', health.score from marts.churn_risk_months as risks "
        "inner join marts.customer_months as months using (customer_id, month_end) "
        "left join marts.health_history as health using (customer_id, month_end) "
        "where risks.has_churned is not null and risks.model_id is not null"
    )
    rows = [row for row in rows if row[:2] in truth]
    label = np.array([row[2] for row in rows])
    noticed = np.array([row[5] for row in rows])
    ours = np.array([row[3] for row in rows])
    scores = {
        "the true chance (ceiling)": np.array([truth[row[:2]] for row in rows]),
        "scorecard": ours,
        # who has given notice is known by all
        "logistic regression": np.array([rivals.get(row[:2], (row[3], 0))[0] for row in rows]),
        "gradient boosting": np.array([rivals.get(row[:2], (0, row[3]))[1] for row in rows]),
        "health score": np.array([-1.0 if row[6] is None else 100 - float(row[6]) for row in rows]),
        "days since the last use": np.array([-1.0 if row[4] is None else row[4] for row in rows]),
    }
    auc = {name: roc_auc_score(label, score) for name, score in scores.items()}
    silent = {name: roc_auc_score(label[~noticed], score[~noticed]) for name, score in scores.items()}
    [(in_mart, error)] = built36.ask(
        "select auc, calibration_error from marts.churn_validation where scorer = 'scorecard' and period = 'overall'"
    )
    with capsys.disabled():
        print(f"\nOut of time, {len(label)} customer months, {label.sum()} churned; AUC (without those under notice):")
        for name in scores:
            print(f"  {name:28} {auc[name]:.4f} ({silent[name]:.4f})")
        print(f"  expected calibration error of the scorecard {error:.4f}")
    assert in_mart == pytest.approx(auc["scorecard"], abs=0.002), "a few customers are in no truth"
    assert auc["scorecard"] >= auc["the true chance (ceiling)"] - 0.05
    assert auc["scorecard"] >= auc["logistic regression"] - 0.01
    for simpler in ("health score", "days since the last use"):
        assert auc["scorecard"] > auc[simpler]
        assert silent["scorecard"] > silent[simpler]
    assert error < 0.02


def test_only_what_was_known_by_the_cut_is_used(
    built36: Build, bench: harness.Workbench, company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nine failed payments tell of each churn of the coming month: on the month's last day, or on the day after it."""
    planted = (
        "insert into intermediate.int_payments "
        "select 'planted:' || risks.customer_id || risks.month_end || ':' || copies.number, 'stripe', 'charge', "
        "'planted', accounts.record_key, null, null, 'failed_payment', 'eur', 0, null, "
        "cast(risks.month_end + {days} as timestamp) from marts.churn_risk_months as risks "
        "inner join intermediate.int_churn__customer_months as months using (customer_id, month_end) "
        "inner join (select customer_id, min(record_key) as record_key from intermediate.int_identity__customers "
        "where record_key like 'stripe.customer:%' group by 1) as accounts using (customer_id) "
        "cross join range(9) as copies (number) "
        "where months.churned_on > risks.month_end + 1 and months.churned_on <= last_day(risks.month_end + 1) "
        # of one who comes back the fact of the day after is known in a later month, rightly
        "and not exists (select 1 from intermediate.int_churn__customer_months as later "
        "where later.customer_id = risks.customer_id and later.month_end >= months.churned_on)"
    )
    marts = ("churn_risk_months", "churn_scorecard", "churn_validation")
    wanted = ("int_history__billing", "customer_months", "path:models/intermediate/churn", *marts)
    question = "select * from marts.churn_scorecard where feature = 'failed_payments_3m' order by model_id, bin_number"
    strength = (
        "select model_id, max(information_value) from marts.churn_scorecard "
        "where feature = 'failed_payments_3m' group by model_id order by model_id"
    )
    quality = "select auc from marts.churn_validation where scorer = 'scorecard' and period = 'overall'"
    found = {}
    for name, days in (("nothing", None), ("after", 1), ("before", 0)):
        copied = bench.build(name, company, as_of=built36.as_of, select=("int_churn__settings",), after=built36)
        if days is not None:
            with duckdb.connect(str(copied.file)) as connection:
                connection.execute(planted.format(days=days))
        build = bench.build(name, company, as_of=built36.as_of, select=wanted)
        found[name] = build.ask(strength), build.ask(question), build.ask(quality)[0][0]
    with capsys.disabled():
        print(f"\nAUC with an outcome planted: { {name: round(auc, 4) for name, (_, _, auc) in found.items()} }")
    assert found["after"] == found["nothing"]
    # by the published scale of information values a weak sign becomes a strong one, in the model of each cut
    values = {name: dict(rows) for name, (rows, _, _) in found.items()}
    assert max(values["nothing"].values()) < 0.1
    assert min(values["before"].values()) >= 0.3
    assert found["before"][2] > found["nothing"][2]


def test_the_past_is_as_a_build_of_then_had_it(bench: harness.Workbench) -> None:
    """What a model learned from, its points and the risk of closed months do not change with what came later."""
    raw = harness.simulate(bench.folder / "clean", customers=400, months=26, seed=5, mess=0)
    wanted = ("+churn_validation", "+churn_risk")
    now, then = (bench.build(day, raw, as_of=day, select=wanted) for day in ("2026-06-30", "2026-02-10"))
    for question in (
        "select * from intermediate.int_churn__features where is_training and model_id <= '2026-02-10' order by all",
        "select * from marts.churn_scorecard where model_id <= '2026-02-10' order by all",
        "select customer_id, month_end, probability, risk_status, risk_score, revenue_at_risk "
        "from marts.churn_risk_months where month_end <= date '2026-01-31' order by all",
    ):
        found = now.ask(question)
        assert found
        assert found == then.ask(question)
