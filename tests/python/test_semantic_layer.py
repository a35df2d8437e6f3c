"""Every metric says what the marts by month say, and adds up over other times and groups.

The marts by month (and kpi_months) count in SQL of their own: this is a second computation of each metric.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from harness import Workbench

from customer360 import project

MONTH, QUARTER = "metric_time__month", "metric_time__quarter"
TOLERANCE = 1e-9

#: What each metric is in the marts by month: one query a mart, its columns named as the metrics. Rates are made of
#: parts, because the marts round some of theirs.
EXPECTED = {
    "mrr_months": """
        select
            month_end, closing_mrr as mrr, closing_arr as arr, closing_customers as active_customers, arpa as arpu,
            closing_customers - unconverted_customers as converted_customers,
            opening_mrr, opening_customers, churned_customers, logo_churn_rate, retained_mrr, gross_retained_mrr, nrr,
            grr, new_mrr, expansion_mrr, contraction_mrr, churned_mrr, reactivation_mrr, fx_mrr,
            new_mrr + expansion_mrr + reactivation_mrr as won_mrr, churned_mrr + contraction_mrr as lost_mrr,
            quick_ratio
        from marts.mrr_months""",
    "survey_months": """
        select
            month_end, sum(answers) as survey_answers,
            sum(answers) filter (kind = 'nps') as nps_answers,
            100 * sum(promoters - detractors) filter (kind = 'nps') as nps_total,
            max(nps) as nps,
            sum(answers) filter (kind = 'csat') as csat_answers,
            sum(satisfied) as csat_satisfied,
            max(csat) as csat,
            sum(answers) filter (kind = 'ces') as ces_answers,
            sum(easy) as ces_easy,
            max(easy_share) as ces_easy_share,
            sum(ces_total) as ces_total,
            max(ces) as ces_mean
        from marts.survey_months
        where grain = 'response'
        group by month_end""",
    "support_months": """
        select
            month_end, created_tickets, backlog_tickets, first_replied_tickets,
            first_reply_minutes as first_reply_total_minutes,
            first_reply_minutes / nullif(first_replied_tickets, 0) as first_reply_minutes,
            first_reply_minutes / nullif(first_replied_tickets, 0) / 60 as first_reply_hours,
            first_replied_business_tickets, first_reply_business_minutes as first_reply_business_total_minutes,
            first_reply_business_minutes / nullif(first_replied_business_tickets, 0) as first_reply_business_minutes,
            full_resolved_tickets, full_resolution_minutes as full_resolution_total_minutes,
            full_resolution_minutes / nullif(full_resolved_tickets, 0) as full_resolution_minutes,
            full_resolution_minutes / nullif(full_resolved_tickets, 0) / 60 as full_resolution_hours,
            one_touch_base_tickets, one_touch_tickets,
            one_touch_tickets / nullif(one_touch_base_tickets, 0) as one_touch_rate,
            fcr_base_tickets, fcr_tickets, fcr_tickets / nullif(fcr_base_tickets, 0) as fcr,
            rated_count, great_count, great_count / nullif(rated_count, 0) as ticket_csat,
            100 * (great_count - bad_count) as happiness_points,
            100 * (great_count - bad_count) / nullif(rated_count, 0) as happiness_score
        from marts.support_months""",
    "communication_months": """
        select
            month_end, sum(answered_by_us) as answered_by_us, sum(our_response_seconds) as our_response_seconds,
            sum(our_response_seconds) / nullif(sum(answered_by_us), 0) as our_mean_response_seconds,
            sum(our_response_seconds) / nullif(sum(answered_by_us), 0) / 3600 as email_response_hours,
            sum(our_work_answers) as our_work_answers, sum(our_work_response_seconds) as our_work_response_seconds,
            sum(our_work_response_seconds) / nullif(sum(our_work_answers), 0) as our_mean_work_response_seconds,
            sum(our_work_response_seconds) / nullif(sum(our_work_answers), 0) / 3600 as email_work_response_hours,
            sum(meetings_held) as meetings_held, sum(unanswered_by_us) as unanswered_by_us,
            sum(answered_by_us) + sum(unanswered_by_us) as settled_by_us,
            sum(unanswered_by_us) / nullif(sum(answered_by_us) + sum(unanswered_by_us), 0) as unanswered_email_share,
            count(*) as contacted_customers, count(*) filter (is_covered) as covered_customers,
            count(*) filter (is_covered) / count(*) as coverage
        from marts.communication_months
        group by month_end""",
    "usage_months": """
        select
            month_end, sum(mau) as mau, sum(window_user_days) as window_user_days,
            sum(mau * window_days) as possible_user_days,
            sum(window_user_days) / nullif(sum(mau * window_days), 0) as stickiness,
            sum(least(mau, seats)) filter (seats > 0) as used_seats, sum(seats) filter (seats > 0) as paid_seats,
            used_seats / nullif(paid_seats, 0) as seat_utilisation,
            sum(core_features_used) as core_features_used, sum(core_features_available) as core_features_available,
            sum(core_features_used) / nullif(sum(core_features_available), 0) as core_feature_share,
            count(*) filter (mau > 0) as using_customers, count(*) as product_customers,
            count(*) filter (mau > 0) / count(*) as using_customer_share,
            sum(session_minutes) as session_minutes, sum(timed_sessions) as timed_sessions,
            sum(session_minutes) / nullif(sum(timed_sessions), 0) as mean_session_minutes
        from marts.usage_months
        group by month_end""",
    "health_history": """
        select
            month_end, sum(score) as score_total, count(score) as scored_customers, avg(score) as health_score,
            count(*) filter (colour = 'red') as red_customers, count(*) filter (colour <> 'grey') as graded_customers,
            count(*) filter (colour = 'red') / nullif(count(*) filter (colour <> 'grey'), 0) as red_customer_share
        from marts.health_history
        group by month_end""",
    "feedback_themes": """
        select
            date_trunc('month', written_date) as month_end, count(*) as feedback_texts,
            count(*) filter (is_negative) as negative_texts,
            count(*) filter (is_negative) / count(*) as negative_feedback_share
        from (
            select text_key, written_date, bool_or(sentiment = 'negative') as is_negative
            from marts.feedback_themes
            group by all
        )
        group by all""",
    "onboarding_cohorts": """
        select
            cohort_month_end as month_end, activated_count as activated_customers, mature_count as judged_customers,
            activation_rate
        from marts.onboarding_cohorts
        where is_start_known""",
    "training_months": """
        select
            month_end, sum(registrant_count) as training_registrants, sum(attendee_count) as training_attendees,
            sum(attendee_count) / sum(registrant_count) as training_attendance
        from marts.training_months
        group by month_end""",
    "uptime_months": """
        select month_end, uptime_minutes, watched_minutes, uptime_share as uptime
        from marts.uptime_months
        where component_key = 'all'""",
    "customer_lifetime_value": """
        select
            as_of_date as month_end, sum(lifetime_value) filter (is_active) as lifetime_value,
            count(lifetime_value) filter (is_active) as valued_customers, avg(lifetime_value) filter (is_active) as clv,
            sum(customer_gain) as customer_gain, sum(customer_cost) as customer_cost,
            sum(customer_gain) / sum(customer_cost) as customer_roi
        from marts.customer_lifetime_value
        group by as_of_date""",
    "customers": "select as_of_date as month_end, count(*) as customer_count from marts.customers group by as_of_date",
}
#: Levels of a month's end: over several months they are those of the last one.
LEVELS = (
    *("mrr", "arr", "active_customers", "converted_customers", "backlog_tickets", "contacted_customers"),
    "covered_customers",
    *("mau", "window_user_days", "possible_user_days", "used_seats", "paid_seats", "stickiness", "seat_utilisation"),
    *("core_features_used", "core_features_available", "using_customers", "product_customers"),
    *("score_total", "scored_customers", "red_customers", "graded_customers"),
)
#: KPIs of the catalogue that are no metric: {kpi: reason}
WITHOUT_METRIC: dict[str, str] = {}


@dataclass(frozen=True)
class Layer:
    """The semantic layer of this project, on the demo build."""

    metrics: Mapping[str, Mapping[str, Any]]
    saved_queries: tuple[str, ...]
    #: (first column of the answer, second one if the question has two groups ...) -> metric -> value
    answers: Mapping[str, dict[tuple[Any, ...], dict[str, float | None]]]


@pytest.fixture(scope="module")
def layer(build_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Layer:
    """What the metrics answer. MetricFlow opens the file for writing, so it gets a copy."""
    folder = tmp_path_factory.mktemp("semantic")
    target = folder / "target"
    copy = folder / Workbench.FILE
    shutil.copy(build_file, copy)
    for name, file in (("dbt_project.yml", "dbt_project.yml"), ("profiles.yml", "profiles/profiles.yml")):
        shutil.copy(project.ROOT / file, folder / name)
    place = os.environ | {
        "CUSTOMER360_BUILD_FILE": str(copy),
        "CUSTOMER360_TARGET": "duckdb",
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_PROJECT_DIR": str(folder),
        "DBT_PROFILES_DIR": str(folder),
        "DBT_TARGET_PATH": str(target),
    }
    # mf reads target/semantic_manifest.json of the folder that it runs in
    run([project.dbt(), "--quiet", "parse", "--project-dir", str(project.ROOT)], project.ROOT, place)
    manifest = json.loads((target / "semantic_manifest.json").read_text(encoding="utf-8"))
    metrics = {metric["name"]: metric for metric in manifest["metrics"]}
    saved = tuple(query["name"] for query in manifest["saved_queries"])
    regional = ["mrr", "active_customers", "new_mrr", "opening_mrr", "mau", "session_minutes"]
    questions = {
        MONTH: {"metric_names": list(metrics), "group_by_names": [MONTH]},
        QUARTER: {"metric_names": [*LEVELS, "new_mrr", "nrr", "nps", "fcr"], "group_by_names": [QUARTER]},
        "all": {"metric_names": ["mrr", "active_customers", "new_mrr", "nps"]},
        "region": {"metric_names": regional, "group_by_names": [MONTH, "customer__region"]},
        "component": {"metric_names": ["watched_minutes"], "group_by_names": [MONTH, "uptime_month__component_name"]},
        "channel": {"metric_names": ["fcr_tickets", "fcr_base_tickets"], "group_by_names": [MONTH, "ticket__channel"]},
        **{name: {"saved_query_name": name} for name in saved},
    }
    asked = folder / "answers.json"
    command = [sys.executable, str(Path(__file__).with_name("ask_metrics.py"))]
    run([*command, json.dumps(list(questions.values())), str(asked)], folder, place)
    found = json.loads(asked.read_text(encoding="utf-8"))
    answers = {
        name: by_group(answer["columns"], answer["rows"], metrics)
        for name, answer in zip(questions, found, strict=True)
    }
    return Layer(metrics, saved, answers)


def run(command: list[str], folder: Path, place: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=place, capture_output=True, text=True, check=False)
    assert not done.returncode, f"{' '.join(command)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def by_group(
    columns: list[str], rows: list[list[Any]], metrics: Mapping[str, Any]
) -> dict[tuple[Any, ...], dict[str, float | None]]:
    """The values of a question by its groups."""
    return {
        tuple(value for column, value in zip(columns, row, strict=True) if column not in metrics): {
            column: None if value is None else float(value)
            for column, value in zip(columns, row, strict=True)
            if column in metrics
        }
        for row in rows
    }


def by_month(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[str, str, float | None]]:
    """(month, metric, value) of a query whose first column is a month's end."""
    found = connection.execute(sql)
    names = [column[0] for column in found.description]
    for month_end, *values in found.fetchall():
        for name, value in zip(names[1:], values, strict=True):
            yield month_end.strftime("%Y-%m-01"), name, None if value is None else float(value)


def equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))


def unequal(layer: Layer, expected: Mapping[tuple[str, str], float | None]) -> list[str]:
    """Where the metrics by month differ. A sum over nothing is 0 or missing; a rate over nothing is always missing."""

    def counted(metric: str, value: float | None) -> float | None:
        return 0.0 if value is None and layer.metrics[metric]["type"] == "simple" else value

    problems = []
    for (month, metric), wanted in expected.items():
        said = layer.answers[MONTH].get((month,), {}).get(metric)
        if not equal(counted(metric, said), counted(metric, wanted)):
            problems.append(f"{metric} of {month}: {said}, expected {wanted}")
    return problems


@pytest.fixture(scope="module")
def expected(build_file: Path) -> dict[tuple[str, str], float | None]:
    with duckdb.connect(str(build_file), read_only=True) as connection:
        return {
            (month, metric): value for sql in EXPECTED.values() for month, metric, value in by_month(connection, sql)
        }


@pytest.fixture(scope="module")
def kpis(built: duckdb.DuckDBPyConnection) -> set[str]:
    return {kpi for (kpi,) in built.execute("select kpi_id from marts.kpi_catalog").fetchall()}


def test_every_metric_is_computed_a_second_time(layer: Layer, expected: dict[tuple[str, str], float | None]) -> None:
    assert {metric for _, metric in expected} == set(layer.metrics)


def test_metrics_by_month_are_those_of_the_marts(layer: Layer, expected: dict[tuple[str, str], float | None]) -> None:
    assert not (problems := unequal(layer, expected)), "\n".join(problems[:20])
    # and nothing stands in another month, or in none
    assert {month for (month,) in layer.answers[MONTH]} <= {month for month, _ in expected}
    assert sum(value is not None for value in expected.values()) > 1000


def test_every_kpi_is_a_metric(layer: Layer, kpis: set[str]) -> None:
    assert kpis - set(layer.metrics) == set(WITHOUT_METRIC), "neither a metric nor listed with a reason, or both"


def test_metrics_by_month_are_those_of_the_kpi_table(
    layer: Layer, kpis: set[str], built: duckdb.DuckDBPyConnection
) -> None:
    rows = built.execute(
        "select month_end, kpi_id, value from marts.kpi_months where segment_type = 'overall'"
    ).fetchall()
    shared = {(month_end.strftime("%Y-%m-01"), kpi): value for month_end, kpi, value in rows if kpi in layer.metrics}
    assert not (problems := unequal(layer, shared)), "\n".join(problems[:20])
    assert {kpi for (_, kpi), value in shared.items() if value} == kpis - set(WITHOUT_METRIC), "compared with nothing"


def test_levels_are_those_of_the_last_month_and_the_rest_adds_up(
    layer: Layer, expected: dict[tuple[str, str], float | None]
) -> None:
    quarters: dict[str, list[str]] = {}
    for month in sorted({month for month, metric in expected if metric == "mrr"}):
        day = datetime.date.fromisoformat(month)
        quarters.setdefault(f"{day.year}-{(day.month - 1) // 3 * 3 + 1:02}-01", []).append(month)
    for quarter, months in quarters.items():
        said = layer.answers[QUARTER][(quarter,)]

        def total(metric: str, months: list[str] = months) -> float:
            return sum(expected[month, metric] or 0.0 for month in months)

        for level in LEVELS:
            assert equal(said[level], expected[months[-1], level]), (quarter, level)
        assert equal(said["new_mrr"], total("new_mrr")), quarter
        for rate, part, base in (
            ("nrr", "retained_mrr", "opening_mrr"),
            ("nps", "nps_total", "nps_answers"),
            ("fcr", "fcr_tickets", "fcr_base_tickets"),
        ):
            wanted = total(part) / total(base) if total(base) else None
            assert equal(said[rate], wanted), (quarter, rate)
    (overall,) = layer.answers["all"].values()
    last = max(month for month, metric in expected if metric == "mrr")
    assert equal(overall["mrr"], expected[last, "mrr"])
    assert equal(overall["active_customers"], expected[last, "active_customers"])


@pytest.mark.parametrize(
    ("group", "metric"),
    [
        *(("region", metric) for metric in ("mrr", "opening_mrr", "mau", "session_minutes")),
        ("channel", "fcr_tickets"),
        ("component", "watched_minutes"),
    ],
)
def test_groups_add_up_to_the_whole(layer: Layer, group: str, metric: str) -> None:
    sums: dict[str, float] = {}
    for (month, _), values in layer.answers[group].items():
        sums[month] = sums.get(month, 0.0) + (values[metric] or 0.0)
    assert len({key[1] for key in layer.answers[group]}) > 2
    for month, value in sums.items():
        assert equal(value, layer.answers[MONTH][(month,)][metric] or 0.0), month


def test_saved_queries_answer(layer: Layer) -> None:
    assert set(layer.saved_queries) >= {"kpi_overview", "revenue_by_region", "support_by_channel"}
    for name in layer.saved_queries:
        assert len(layer.answers[name]) >= 30, name
    for (month,), values in layer.answers["kpi_overview"].items():
        assert all(equal(value, layer.answers[MONTH][(month,)][metric]) for metric, value in values.items()), month
