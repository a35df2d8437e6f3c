"""The survey marts against a second computation from the raw rows (`oracle_voice`), which is tested by hand first."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import harness
import oracle_voice as oracle
import pytest

from customer360.project import ROOT

LAST_DAY = dt.date(2026, 10, 31)
NPS, CSAT, CES = (
    oracle.Survey("nps", 0, 10),
    oracle.Survey("csat", 1, 5),
    oracle.Survey("ces", 1, 7),
)

# ---------------------------------------------------------------- the oracle by hand


def asked(survey: oracle.Survey, *scores: int | None, day: str = "2026-10-05") -> list[oracle.Asked]:
    """One person each."""
    at = dt.datetime.fromisoformat(day)
    return [oracle.Asked(f"{day} {n}", f"p{n}", survey, at, score) for n, score in enumerate(scores)]


def said(survey: oracle.Survey, *scores: int | None) -> dict[str, Any]:
    return oracle.figures(survey.kind, oracle.voices(asked(survey, *scores), "response", {}))


def test_the_variance_of_one_answer() -> None:
    assert round(float(oracle.variance_of_one(Fraction(1, 2), Fraction(1, 6))), 4) == 0.5556


def test_nps_is_no_mean() -> None:
    # a customer 360 screen once showed 9.07, the mean of such scores, as an NPS
    found = said(NPS, 10, 10, 9, 9, 8, 7, 6, 0)
    assert (found["promoters"], found["passives"], found["detractors"], found["nps"]) == (4, 2, 2, 25)
    error = 100 * (float(Fraction(4, 8) + Fraction(2, 8) - Fraction(1, 16)) / 8) ** 0.5
    assert found["nps_standard_error"] == pytest.approx(error)
    assert (found["nps_low"], found["nps_high"]) == pytest.approx((25 - 1.96 * error, 25 + 1.96 * error))


def test_forty_one_answers_have_a_wide_band() -> None:
    found = said(NPS, *([9] * 15), *([7] * 14), *([3] * 12))
    assert round(float(found["nps"])) == 7
    assert found["nps_high"] - found["nps_low"] > 40


def test_csat_and_ces() -> None:
    found = said(CSAT, *([4] * 42), *([5] * 32), *([3] * 33))
    assert (found["satisfied"], found["answers"], round(float(found["csat"]), 4)) == (74, 107, 0.6916)
    found = said(CES, 7, 5, 4, None)
    assert (found["ces"], found["easy"], found["response_rate"]) == (Fraction(16, 3), 2, Fraction(3, 4))


def test_nobody_answered() -> None:
    found = said(NPS, None, None)
    assert (found["nps"], found["nps_low"], found["response_rate"], found["promoters"]) == (None, None, 0, 0)


def test_two_detractors_of_one_account_are_one_voice() -> None:
    owners = {"p0": ("a", "one"), "p1": ("b", "one"), "p2": ("c", "other"), "p3": ("d", None)}
    found = oracle.figures("nps", oracle.voices(asked(NPS, 0, 6, 10, 10), "account", owners))
    assert (found["detractors"], found["promoters"], found["asked"]) == (1, 1, 2)


# ---------------------------------------------------------------- the marts


def owners_in(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str | None]]:
    """Person in the survey tool -> person and customer of the marts."""
    people = "select person_key, person_id, customer_id from intermediate.int_identity__people"
    rows = connection.execute(f"{people} where person_key like 'wootric.%'").fetchall()
    return {key.split(":", 1)[1]: (person or key, customer) for key, person, customer in rows}


def rows_of(connection: duckdb.DuckDBPyConnection, mart: str) -> list[dict[str, Any]]:
    return connection.execute(f"from marts.{mart}").to_arrow_table().to_pylist()


def agrees(expected: Any, actual: Any) -> bool:
    """Counts to the last digit, ratios to what a double holds."""
    if expected is None or actual is None:
        return expected is actual
    if isinstance(expected, Fraction | float):
        return float(actual) == pytest.approx(float(expected), rel=1e-9, abs=1e-9)
    return expected == actual


@pytest.fixture(scope="session")
def surveys() -> dict[str, oracle.Survey]:
    return oracle.read_surveys(ROOT / "seeds/rules/surveys.csv")


Case = tuple[duckdb.DuckDBPyConnection, list[oracle.Asked], dt.date]


@pytest.fixture(scope="session")
def demo_voice(built: duckdb.DuckDBPyConnection, surveys: Mapping[str, oracle.Survey]) -> Case:
    return built, oracle.read_demo(ROOT, surveys, LAST_DAY), LAST_DAY


@pytest.fixture(scope="session")
def voice2000(built2000: harness.Build, sim2000: Path, surveys: Mapping[str, oracle.Survey]) -> Case:
    return built2000.connect(), oracle.read_files(sim2000, surveys, LAST_DAY), LAST_DAY


@pytest.fixture(params=["demo_voice", "voice2000"])
def case(request: pytest.FixtureRequest) -> Case:
    return request.getfixturevalue(request.param)


def test_survey_months(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    connection, everybody, last_day = case
    expected = oracle.survey_months(everybody, owners_in(connection), last_day)
    found = {(row["month_end"], row["kind"], row["grain"]): row for row in rows_of(connection, "survey_months")}
    assert found.keys() == expected.keys()
    wrong = [
        harness.Difference("survey_months", key, column, value, found[key][column])
        for key, row in expected.items()
        for column, value in row.items()
        if not agrees(value, found[key][column])
    ]
    with capsys.disabled():
        answers = sum(row["answers"] for key, row in expected.items() if key[2] == "response")
        columns = len(next(iter(expected.values())))
        print(f"\nsurvey_months: {len(expected)} rows, {columns} columns, {answers} answers, {len(wrong)} differences")
    assert not wrong, "expected | mart: " + harness.report(wrong)
    # what is compared is neither all empty nor all alike
    assert len({row["nps"] for row in expected.values()}) > 20
    assert answers > 900


def test_survey_responses(case: Case) -> None:
    """Each answer that counts, with its value, and no other."""
    connection, everybody, _ = case
    expected = {
        each.key.removeprefix("response "): (
            each.nps if each.survey.kind == "nps" else None,
            each.satisfied if each.survey.kind == "csat" else None,
            each.ease if each.survey.kind == "ces" else None,
        )
        for each in everybody
        if each.score is not None
    }
    found = {
        row["response_key"].split(":", 1)[1]: (row["nps_value"], row["csat_is_satisfied"], row["ces_value"])
        for row in rows_of(connection, "survey_responses")
        if row["is_counted"]
    }
    assert found == expected


def test_customer_voice(case: Case) -> None:
    connection, everybody, last_day = case
    owners = owners_in(connection)
    own: dict[str, list[oracle.Asked]] = {}
    for each in everybody:
        customer = owners.get(each.person, (None, None))[1]
        if customer is not None:
            own.setdefault(customer, []).append(each)
    found = {row["customer_id"]: row for row in rows_of(connection, "customer_voice")}
    assert found.keys() == own.keys()
    opens = last_day - dt.timedelta(days=oracle.WINDOWS["nps"] - 1)
    for customer, rows in own.items():
        answers = [each for each in rows if each.score is not None]
        scores = [each for each in answers if each.survey.kind == "nps"]
        recent = [each for each in scores if opens <= each.at.date() <= last_day]
        spoken = oracle.voices(recent, "account", owners)
        row = found[customer]
        assert row["answer_count"] == len(answers)
        assert row["decline_count"] == len(rows) - len(answers)
        assert row["last_answer_at"] == max((each.at for each in answers), default=None)
        assert row["nps_answer_count"] == len(scores)
        assert row["nps_voice"] == (spoken[0].nps if spoken else None)
        if scores:
            assert row["nps_score_mean"] == pytest.approx(sum(each.score or 0 for each in scores) / len(scores))
            last = max(scores, key=lambda each: each.at)
            assert (row["last_nps_score"], row["last_nps_at"]) == (last.score, last.at)
