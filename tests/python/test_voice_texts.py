"""Comments as people write them, from the raw rows to feedback_themes, with the phrases that are shipped."""

import datetime as dt

import harness
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

#: Comment -> {theme: sentiment}
COMMENTS: dict[str, dict[str, str | None]] = {
    "The app is slow.": {"speed": "negative"},
    "It is not slow": {"speed": "neutral"},
    "I would not say it is slow": {"speed": "neutral"},
    "Not only slow, also buggy": {"speed": "negative", "reliability": "negative"},
    "No problem. Slow though": {"speed": "negative"},
    "We don’t find support helpful": {"support": "negative"},
    "We don't find support helpful": {"support": "negative"},
    "PRICEY!!!": {"price": "negative"},
    "The price": {"price": "neutral"},
    "Great prices": {"price": "positive"},
    "A priceless moment": {"unassigned": None},
    "Slowdown": {"unassigned": None},
    "Too expensive, but support is great": {"price": "negative", "support": "positive"},
    "Easy to use, easy to love, hard to use in meetings": {"usability": "mixed"},
    "Nicht teuer, aber langsam": {"price": "neutral", "speed": "negative"},
    "Der Support ist nicht hilfsbereit": {"support": "negative"},
    "Fast immer langsam": {"speed": "negative"},
    "UNUEBERSICHTLICH": {"usability": "negative"},
    "Unübersichtlich": {"usability": "negative"},
    "Keine Fehler mehr": {"reliability": "neutral"},
    "Ce n'est pas lent": {"speed": "neutral"},
    "Super": {"general": "positive"},
    "Does not work": {"reliability": "negative"},
    "42 :-)": {"unassigned": None},
    "☂": {"unassigned": None},
    "'; drop table customers; -- slow": {"speed": "negative"},
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> harness.Build:
    """A company whose only tool is the survey tool: one person, who comments on one day after the other."""
    folder = tmp_path_factory.mktemp("texts")
    made = [dt.datetime(2026, 1, 1) + dt.timedelta(days=n) for n in range(len(COMMENTS))]
    answers = {
        "id": [str(n) for n in range(len(COMMENTS))],
        "end_user_id": ["u"] * len(COMMENTS),
        "survey_id": ["nps_relationship"] * len(COMMENTS),
        "score": [9] * len(COMMENTS),
        "text": list(COMMENTS),
        "created_at": made,
        "updated_at": made,
        "_fivetran_synced": made,
    }
    first = [made[0]]
    people = {"id": ["u"], "email": ["a@example.org"], "created_at": first, "updated_at": first}
    raw = folder / "raw" / "wootric"
    raw.mkdir(parents=True)
    pq.write_table(pa.table(answers), raw / "responses.parquet")
    pq.write_table(pa.table(people | {"_fivetran_synced": first}), raw / "end_users.parquet")
    return harness.Workbench(folder / "bench").build(
        "texts", raw.parent, as_of="2026-03-31", tools=["wootric"], select=["+feedback_themes", "+survey_months"]
    )


def themes(build: harness.Build) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    for text, theme, sentiment in build.ask("select feedback_text, theme, sentiment from marts.feedback_themes"):
        found.setdefault(text, {})[theme] = sentiment
    return found


def test_what_comments_are_about(build: harness.Build) -> None:
    found = themes(build)
    assert found.keys() == COMMENTS.keys()
    assert {text: said for text, said in found.items() if said != COMMENTS[text]} == {}


def test_a_month_without_a_survey_is_a_row(build: harness.Build) -> None:
    months = "select month_end, answers, declines, nps, nps_low, response_rate, window_answers from marts.survey_months"
    found = {str(row[0]): row[1:] for row in build.ask(f"{months} where grain = 'response'")}
    assert found["2026-03-31"] == (0, 0, None, None, None, len(COMMENTS))
    assert found["2026-01-31"] == (len(COMMENTS), 0, 100, None, 1, len(COMMENTS))


def test_a_person_without_a_company_has_no_voice_as_an_account(build: harness.Build) -> None:
    grains = build.ask("select grain, sum(answers) from marts.survey_months group by grain")
    assert grains == [("response", len(COMMENTS))]
