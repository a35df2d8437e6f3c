"""The matcher on real organisations with known duplicates, with the project's one default threshold.

3,337 records of 1,162 organisations, one flat file without any shared id. The floors are what the obvious rules reach
(the same phone: F1 .802) and what a probabilistic linker reaches whose threshold was chosen knowing the truth.
"""

import csv
from pathlib import Path

import pytest
from identity_bench import Project, ask, clusters_of, score, write_raw

FILE = "organizations/csv_example_input_with_true_ids.csv"
EXACT_PHONE_F1 = 0.802
LINKER_PAIRWISE_F1, LINKER_B_CUBED_F1 = 0.872, 0.937


@pytest.fixture(scope="module")
def organizations(reference_data: Path) -> list[dict[str, str]]:
    file = reference_data / FILE
    if not file.exists():
        pytest.skip(f"{FILE} is not there")
    with file.open(encoding="utf-8", errors="replace", newline="") as opened:
        return list(csv.DictReader(opened))


def account_id(row: dict[str, str]) -> str:
    return f"001{int(row['Id']):012d}"


def test_real_organizations_are_found(
    organizations: list[dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts = [
        {
            "id": account_id(row),
            "name": row["Site name"],
            "phone": row["Phone"],
            "fax": row["Fax"],
            "website": row["Website"],
            "billing_street": row["Address"],
            "billing_postal_code": row["Zip"],
            "created_date": "2014-01-01T00:00:00Z",
        }
        for row in organizations
    ]
    raw = write_raw(tmp_path / "raw", {"salesforce/account": accounts})
    file = Project(tmp_path / "project").build("organizations", raw, tools=["salesforce"])
    true = {f"salesforce.account:{account_id(row)}": row["True Id"] for row in organizations}
    scores = score(clusters_of(file), true)
    waiting = ask(file, "select count(*) from marts.identity_review_queue where reason = 'uncertain'")[0][0]
    with capsys.disabled():
        print(f"\norganizations: {scores}; {waiting} pairs of customers wait for a person")
    assert scores.f1 > LINKER_PAIRWISE_F1 > EXACT_PHONE_F1
    assert scores.b_cubed_f1 > LINKER_B_CUBED_F1
