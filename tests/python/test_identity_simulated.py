"""Who is who in a simulated company, against the truth that the simulator kept to itself."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import harness
import pytest
from identity_bench import Project, ask, clusters_of, score

CUSTOMERS, MONTHS, SEED = 2000, 30, 7
MIN_PRECISION, MIN_RECALL = 0.995, 0.95


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harness.simulate(
        tmp_path_factory.mktemp("company") / "raw", customers=CUSTOMERS, months=MONTHS, seed=SEED, kind="parquet"
    )


@pytest.fixture(scope="module")
def built(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("simulated") / "project")
    return project.build("simulated", company, tools=harness.TOOLS)


def truth(company: Path, table: str, column: str) -> dict[str, Any]:
    """Source record -> who it really is. The build writes CRM ids with 15 characters."""
    rows = duckdb.sql(
        f"""
        select source_system || '.' || source_table || ':'
            || case source_system when 'salesforce' then substr(source_id, 1, 15) else source_id end, {column}
        from '{company}/truth/{table}.parquet'
        """
    ).fetchall()
    return dict(rows)


def test_companies_are_found(company: Path, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    true = truth(company, "source_records", "true_customer_id")
    found = clusters_of(built)
    assert found.keys() <= true.keys(), "a record that the simulator did not make"
    scores = score(found, {record: true[record] for record in found})
    with capsys.disabled():
        print(f"\n{len(found)} company records: {scores}")
    assert scores.precision >= MIN_PRECISION
    assert scores.recall >= MIN_RECALL


def test_people_are_found_at_the_right_company(company: Path, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    companies, customers = truth(company, "source_records", "true_customer_id"), clusters_of(built)
    people, employers = (truth(company, "people_records", f"true_{each}_id") for each in ("person", "customer"))
    rows = ask(
        built,
        """
        select people.person_key, people.person_id, customers.record_key
        from intermediate.int_identity__people as people
        left join intermediate.int_identity__customers as customers
            on people.customer_id = customers.customer_id and customers.is_earliest
        """,
    )
    rows = [row for row in rows if row[0] in people]
    scores = score({key: person for key, person, _ in rows}, {key: people[key] for key, _, _ in rows})
    members: dict[str, set[str]] = defaultdict(set)
    for record, cluster in customers.items():
        members[cluster].add(companies[record])
    placed = [(employers[key], members[customers[record]]) for key, _, record in rows if record]
    right = sum(employer in found for employer, found in placed) / len(placed)
    with capsys.disabled():
        print(
            f"\n{len(rows)} person records: {scores}; {len(placed) / len(rows):.4f} placed, {right:.4f} of them right"
        )
    assert scores.precision >= MIN_PRECISION
    assert right >= MIN_PRECISION
    assert len(placed) / len(rows) >= MIN_RECALL
