"""The matcher on real organisations with known duplicates, with the project's one default threshold.

3,337 records of 1,162 organisations, one flat file without any shared id, with all columns and with the names alone. A
probabilistic linker whose threshold was chosen knowing the truth reaches F1 .872 (B-cubed .937), the same phone .802.
"""

import csv
from pathlib import Path

import pytest
from identity_bench import Project, Scores, ask, clusters_of, score, write_raw

FILE = "organizations/csv_example_input_with_true_ids.csv"
MIN_F1, MIN_B_CUBED_F1 = 0.945, 0.97
MIN_F1_OF_NAMES, MIN_PRECISION_OF_NAMES = 0.45, 0.6


@pytest.fixture(scope="module")
def organizations(reference_data: Path) -> list[dict[str, str]]:
    file = reference_data / FILE
    if not file.exists():
        pytest.skip(f"{FILE} is not there")
    with file.open(encoding="utf-8", errors="replace", newline="") as opened:
        return list(csv.DictReader(opened))


def account_id(row: dict[str, str]) -> str:
    return f"001{int(row['Id']):012d}"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("organizations") / "project")


def scores_of(
    project: Project, name: str, organizations: list[dict[str, str]], columns: dict[str, str], folder: Path
) -> tuple[Scores, int]:
    """How well they are found by these columns, and how many pairs of customers are left to a person."""
    accounts = [
        {
            "id": account_id(row),
            "created_date": "2014-01-01T00:00:00Z",
            **{column: row[theirs] for column, theirs in columns.items()},
        }
        for row in organizations
    ]
    file = project.build(name, write_raw(folder / "raw", {"salesforce/account": accounts}), tools=["salesforce"])
    true = {f"salesforce.account:{account_id(row)}": row["True Id"] for row in organizations}
    waiting = ask(file, "select count(*) from marts.identity_review_queue where reason = 'uncertain'")[0][0]
    return score(clusters_of(file), true), waiting


def test_real_organizations_are_found(
    project: Project, organizations: list[dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = {
        "name": "Site name",
        "phone": "Phone",
        "fax": "Fax",
        "website": "Website",
        "billing_street": "Address",
        "billing_postal_code": "Zip",
    }
    scores, waiting = scores_of(project, "organizations", organizations, columns, tmp_path)
    with capsys.disabled():
        print(f"\norganizations: {scores}; {waiting} pairs of customers wait for a person")
    assert scores.f1 >= MIN_F1
    assert scores.b_cubed_f1 >= MIN_B_CUBED_F1


def test_real_organizations_are_found_by_their_names_alone(
    project: Project, organizations: list[dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores, waiting = scores_of(project, "names", organizations, {"name": "Site name"}, tmp_path)
    with capsys.disabled():
        print(f"\nnames alone: {scores}; {waiting} pairs of customers wait for a person")
    assert scores.f1 >= MIN_F1_OF_NAMES
    assert scores.precision >= MIN_PRECISION_OF_NAMES
