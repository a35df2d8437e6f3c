"""Health scores against a second computation, `oracle_health`, and what must hold of any scorecard and company.

The vendors' worked examples are unit tests beside the models.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import harness
import oracle_health as oracle
import pytest
from harness import Build, Workbench

from customer360.project import ROOT

LAST_DAY = dt.date(2026, 10, 31)
SMALL_LAST_DAY, EARLIER_DAY = dt.date(2025, 4, 30), dt.date(2025, 2, 11)
MARTS = ("health_history", "health_measures", "health_scores")
HEALTH = ("path:models/intermediate/health", *MARTS)
PRESETS = ("gainsight", "vitally", "planhat", "natero")

Key = tuple[Any, ...]
Seeds = Callable[[str], list[dict[str, str]]]


# ---------------------------------------------------------------- the oracle by hand


def by_hand(scores: dict[str, tuple[int, float | None]], **scorecard: str) -> oracle.Score:
    """A customer's score, from measure -> (weight, value), on straight lines from 0 to 100."""
    card = {"scorecard_id": "x", "rules_version": "1", "valid_from": "2000-01-01", "valid_to": "", "min_coverage": "0"}
    card |= {"method": "weighted_mean", "start_points": "", "scale_max": "100", "edge": "upper"} | scorecard
    line = {"lower": "0", "upper": "100", "points_at_lower": "0", "points_at_upper": "100", "band": "line"}
    band = dict.fromkeys(("stage", "plan", "size", "age_from_months", "age_to_months"), "") | line
    rule = {"dimension": "all", "dimension_weight": "1", "stale_after_days": ""}
    rule |= {"null_policy": "ignore", "null_points": ""}
    names = {"scorecard_id": "x", "rules_version": "1"}
    tables = {
        "health_scorecards": [card],
        "health_rules": [names | rule | {"measure_id": m, "measure_weight": str(w)} for m, (w, _) in scores.items()],
        "health_bands": [names | band | {"measure_id": measure} for measure in scores],
        "health_settings": [{"setting": "onboarding_months", "value": "3"}, {"setting": "renewal_days", "value": "90"}],
    }
    month: dict[str, Any] = defaultdict(lambda: None, {"customer_id": "c", "month_end": LAST_DAY})
    month |= {measure: value for measure, (_, value) in scores.items()}
    return oracle.Scorecards(lambda name: tables.get(name, []), "x").score(month, "1")


def test_the_oracle_knows_gainsights_example() -> None:
    measures = {"backlog_tickets": (20, 47), "days_since_use": (15, 59), "days_since_touch": (22, 21)}
    assert by_hand(measures).score == Decimal("40.1228")
    without = by_hand(measures | {"days_since_use": (15, None)})
    assert (without.score, without.coverage) == (Decimal("33.3810"), Fraction(42, 57))
    assert by_hand(dict.fromkeys(measures, (1, None))).score is None


# ---------------------------------------------------------------- the marts against it


def scorecards_of(connection: duckdb.DuckDBPyConnection, read: Seeds, as_of: dt.date, name: str) -> oracle.Scorecards:
    def pairs(sql: str) -> dict[str, Any]:
        return dict(connection.execute(sql).fetchall())

    return oracle.Scorecards(
        read,
        name,
        as_of,
        pairs("select customer_id, size_band from marts.customers"),
        pairs("select alias_id, customer_id from marts.customer_aliases"),
    )


def assert_same_health(
    connection: duckdb.DuckDBPyConnection, as_of: dt.date, read: Seeds | None = None, name: str = "customer360"
) -> int:
    """health_history and health_measures are the oracle's; returns how many scores these are."""
    months = connection.execute("from marts.customer_months").to_arrow_table().to_pylist()
    scorecards = scorecards_of(connection, read or oracle.seeds(ROOT), as_of, name)
    history, parts = scorecards.history(months)
    rows = connection.execute("from marts.health_history").to_arrow_table().to_pylist()
    found = {(row["customer_id"], row["month_end"]): row for row in rows}
    rows = connection.execute("from marts.health_measures where dimension <> 'adjustment'").to_arrow_table().to_pylist()
    found_parts = {(row["customer_id"], row["measure_id"]): row for row in rows}
    assert _different(history, found) == []
    # a move is a difference of rounded points, weighed with a double
    assert _different(parts, found_parts, {"points_change_1m": 2e-4, "points_change_3m": 2e-4}) == []
    assert len(history) == len(found) > 100
    return len(history)


def _different(
    expected: dict[Any, dict[str, Any]], found: dict[Any, dict[str, Any]], within: dict[str, float] | None = None
) -> list[Any]:
    slack = {"coverage": 1e-8, "weight": 1e-9, "value": 1e-8, "value_1m_ago": 1e-8, "value_3m_ago": 1e-8}
    slack |= {"band_points": 1e-6} | (within or {})
    wrong: list[Any] = [(key, "(row)") for key in expected.keys() ^ found.keys()]
    for key in expected.keys() & found.keys():
        for column, value in expected[key].items():
            other = found[key][column]
            if value is None or other is None or column not in slack:
                if value != other:
                    wrong.append((key, column, value, other))
            elif abs(float(value) - float(other)) > slack[column]:
                wrong.append((key, column, float(value), float(other)))
    return wrong


def test_the_demos_health_is_the_oracles(built: duckdb.DuckDBPyConnection) -> None:
    assert_same_health(built, LAST_DAY)


def test_a_companys_health_is_the_oracles(built2000: Build) -> None:
    with built2000.connect() as connection:
        assert_same_health(connection, LAST_DAY)


# ---------------------------------------------------------------- a small company, by other rules


@pytest.fixture(scope="module")
def bench(run_folder: Path) -> Workbench:
    return Workbench(run_folder / "bench_health")


@pytest.fixture(scope="module")
def raw(run_folder: Path) -> Path:
    """Nothing in this company is duplicated, late or wrong, so that what differs between two days is what happened."""
    return harness.made_once(
        run_folder / "health_raw",
        lambda folder: harness.simulate(folder, customers=60, months=12, seed=5, mess=0),
    )


@pytest.fixture(scope="module")
def small(bench: Workbench, raw: Path) -> Build:
    harness.made_once(
        bench.folder / "small",
        lambda _: bench.build("small", raw, as_of=str(SMALL_LAST_DAY), select=["+health_scores", "+customers"]),
    )
    return Build("small", bench.file("small"), str(SMALL_LAST_DAY), ())


def rescored(
    bench: Workbench,
    small: Build,
    name: str,
    raw: Path,
    *,
    sql: tuple[str, ...] = (),
    card: str = "customer360",
    models: tuple[str, ...] = HEALTH,
) -> Build:
    """The company with its health built anew by another scorecard, or after a change of its tables."""
    edited = bench.folder / f"{name}_edited" / Workbench.FILE
    edited.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(small.file, edited)
    with duckdb.connect(str(edited)) as connection:
        for each in sql:
            connection.execute(each)
    after = Build(name, edited, small.as_of, ())
    bench.build(name, raw, as_of=small.as_of, variables={"health_scorecard": card}, select=models, after=after)
    return Build(name, bench.file(name), small.as_of, ())


@pytest.mark.parametrize("preset", PRESETS)
def test_the_presets_score_as_the_oracle_does(preset: str, bench: Workbench, raw: Path, small: Build) -> None:
    with rescored(bench, small, preset, raw, card=preset).connect() as connection:
        assert_same_health(connection, SMALL_LAST_DAY, name=preset)


def test_new_rules_and_overrides_score_as_the_oracle_does(bench: Workbench, raw: Path, small: Build) -> None:
    """Another version: other weights and edges, an unknown measure that counts; and overrides that expire."""
    customers = small.ask(
        "select customer_id from marts.health_history group by 1 having count(*) >= 8 order by 1 limit 4"
    )
    one, two, three, four = (customer for (customer,) in customers)
    kinds = [(one, "set", "11.5"), (two, "cap", "40"), (three, "floor", "95"), (four, "set", "50"), (four, "cap", "20")]
    given = {"reason": "because", "owner": "ann", "valid_from": "2025-01-15", "expires_on": "2025-03-31"}
    project = oracle.seeds(ROOT)

    def changed(name: str) -> list[dict[str, str]]:
        rows = project(name)
        if name == "health_overrides":
            return [{"customer_id": each, "kind": kind, "score": score} | given for each, kind, score in kinds]
        if not rows or "rules_version" not in rows[0]:
            return rows
        old = [row for row in rows if row["scorecard_id"] == "customer360"]
        new = [row | {"rules_version": "2"} for row in old]
        if name == "health_scorecards":
            old = [row | {"valid_to": "2025-01-31"} for row in old]
            new = [row | {"valid_from": "2025-02-01", "edge": "lower"} for row in new]
        for row in new:
            if row.get("dimension") == "product":
                row |= {"dimension_weight": "15"}
            if name == "health_rules" and row["measure_id"] == "nps_12m":
                row |= {"null_policy": "points", "null_points": "30"}
            if name == "health_bands" and row["measure_id"] == "failed_payments_3m":
                row |= {"plan": "", "size": ""}
        return old + new

    tables = ("health_scorecards", "health_rules", "health_bands", "health_grades", "health_overrides")
    sql = []
    for name in tables:
        rows, file = changed(name), bench.folder / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        read = f"read_csv('{file}', all_varchar = true)"
        sql += [f"delete from rules.{name}", f"insert into rules.{name} by name from {read}"]
    build = rescored(bench, small, "new_rules", raw, sql=tuple(sql))
    with build.connect() as connection:
        assert_same_health(connection, SMALL_LAST_DAY, changed)
    in_force = "select month_end from marts.health_history where override_kind is not null group by 1 order by 1"
    assert [str(end) for (end,) in build.ask(in_force)] == ["2025-01-31", "2025-02-28", "2025-03-31"]
    by_two = """
        select count(*) filter (rules_change_points <> 0), count(*) filter (is_rules_change)
        from marts.health_history where month_end {} '2025-02-28'
    """
    moved, marked = build.ask(by_two.format("="))[0]
    assert 0 < moved <= marked
    assert build.ask(by_two.format("<>")) == [(0, 0)]


# ---------------------------------------------------------------- what is missing


def scored_measures(build: Build) -> dict[Key, dict[str, dict[str, Any]]]:
    """(customer, month end) -> measure -> what the score is made of."""
    sql = "select * from intermediate.int_health__measures where is_in_force"
    with build.connect() as connection:
        found: dict[Key, dict[str, dict[str, Any]]] = defaultdict(dict)
        for row in connection.execute(sql).to_arrow_table().to_pylist():
            found[row["customer_id"], row["month_end"]][row["measure_id"]] = row
    return found


def assert_only_reweighted(whole: Build, part: Build) -> tuple[int, int]:
    """With less known, what is left has the bands that it had, weighs the same among itself, and makes the score."""
    before, after = scored_measures(whole), scored_measures(part)
    scores = {(c, m): s for c, m, s in part.ask("select customer_id, month_end, score from marts.health_history")}
    every_rule = oracle.seeds(ROOT)("health_rules")
    rules = {row["measure_id"]: row for row in every_rule if row["scorecard_id"] == "customer360"}
    compared = missing = 0
    for key in before.keys() & after.keys():
        left = {name: row for name, row in after[key].items() if row["is_known"]}
        same = {name: row for name, row in left.items() if row["value"] == before[key][name]["value"]}
        for name, row in same.items():
            was = before[key][name]
            assert (row["band"], row["band_points"]) == (was["band"], was["band_points"]), (key, name)
        if not left:
            assert scores[key] is None
            continue
        # within a dimension by the measures' weights, between dimensions by theirs
        of_dimension: dict[str, float] = defaultdict(float)
        for name in left:
            of_dimension[rules[name]["dimension"]] += float(rules[name]["measure_weight"])
        nominal = {name: float(rules[name]["measure_weight"]) for name in left}
        for name, weight in nominal.items():
            dimension = rules[name]["dimension"]
            nominal[name] = float(rules[name]["dimension_weight"]) * weight / of_dimension[dimension]
        total = sum(nominal.values())
        for name, row in left.items():
            assert row["weight"] == pytest.approx(nominal[name] / total, abs=1e-12)
        mean = sum(nominal[name] / total * float(row["band_points"]) for name, row in left.items())
        assert float(scores[key]) == pytest.approx(mean, abs=22 * 0.00006)
        compared += len(same)
        missing += sum(row["is_known"] and name not in left for name, row in before[key].items())
    return compared, missing


def test_what_is_not_known_gives_its_weight_to_the_rest(bench: Workbench, raw: Path, small: Build) -> None:
    """A third of all values taken away, at random: the score is the mean of the others."""
    sql = ("delete from intermediate.int_health__values where hash(customer_id || month_end || measure_id) % 3 = 0",)
    models = ("int_health__measures", "int_health__scores", "int_health__current_measures", *MARTS)
    part = rescored(bench, small, "a_third_less", raw, sql=sql, models=models)
    compared, missing = assert_only_reweighted(small, part)
    assert compared > 1000 < missing
    scores = "select count(*) from marts.health_history"
    assert small.ask(scores) == part.ask(scores)


@pytest.mark.parametrize("tool", ["pendo", "wootric", "zendesk"])
def test_a_tool_less_only_reweights(tool: str, bench: Workbench, raw: Path, small: Build) -> None:
    tools = [each for each in harness.TOOLS if each != tool]
    bench.build(f"without_{tool}", raw, as_of=small.as_of, tools=tools, select=["+health_scores"])
    part = Build(tool, bench.file(f"without_{tool}"), small.as_of, ())
    compared, missing = assert_only_reweighted(small, part)
    assert compared > 1000
    assert missing > 100
    lower = "select count(*) from marts.health_scores where known_measures > 0 and score is null"
    assert part.ask(lower) == [(0,)]


def test_without_payments_nobody_pays_on_time(bench: Workbench, raw: Path, small: Build) -> None:
    """An export may come without charges: then nobody knows of failed and overdue payments, which is not none."""
    less = harness.transform(
        raw, bench.folder / "uncharged", lambda _, table, rows: None if table == "charge" else rows
    )
    bench.build("uncharged_build", less, as_of=small.as_of, select=["+health_scores"])
    part = Build("without charges", bench.file("uncharged_build"), small.as_of, ())
    payments = "'overdue_days', 'failed_payments_3m'"
    known = f"select count(*) from intermediate.int_health__values where measure_id in ({payments})"
    assert part.ask(known) == [(0,)]
    assert_only_reweighted(small, part)


# ---------------------------------------------------------------- as of an earlier day


def test_closed_months_are_those_of_a_build_as_of_then(bench: Workbench, raw: Path, small: Build) -> None:
    """What a later build says of a closed month is what was said then.

    Answers that a person changes (within three days) would change the months since. Fields that the CRM overwrites (the
    size band) do not matter here, because no threshold of the default scorecard depends on them.
    """
    bench.build("then", raw, as_of=str(EARLIER_DAY), select=["+health_scores"])
    then = Build("then", bench.file("then"), str(EARLIER_DAY), ())
    sql = f"select * from marts.health_history where month_end < date '{EARLIER_DAY}' and not is_partial"
    rows = [list(_rows(build, sql)) for build in (small, then)]
    assert len(rows[0]) > 100
    mart = harness.Mart("health_history", ("customer_id", "month_end"), tuple(rows[0][0]), frozenset())
    assert harness.differences(mart, *rows) == []


def _rows(build: Build, sql: str) -> Iterator[dict[str, Any]]:
    with build.connect() as connection:
        yield from connection.execute(sql).to_arrow_table().to_pylist()
