"""The check of raw exports: every way in which a folder can be wrong gives one clear error."""

from pathlib import Path

import duckdb
import pytest

from customer360.check_raw import Contract, RawInputError, Report, Table, check_raw, read_contract, run_check_raw

CONTRACT: Contract = {
    "billing": {
        "customer": Table(True, frozenset({"id", "created", "email"}), ("id", "created")),
        "refund": Table(False, frozenset({"id", "amount"}), ("id", "amount")),
    },
    "support": {"ticket": Table(True, frozenset({"id", "subject"}), ("id",))},
}
CUSTOMER = "id,created,email\nc1,2026-01-01,a@example.com\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound folder with one tool."""
    (tmp_path / "billing").mkdir()
    (tmp_path / "billing" / "customer.csv").write_text(CUSTOMER)
    return tmp_path


def check(folder: Path, tools: list[str] | None = None) -> Report:
    return check_raw(folder, CONTRACT, tools)


def only_problem(folder: Path, tools: list[str] | None = None) -> RawInputError:
    problems = check(folder, tools).problems
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_a_sound_folder(folder: Path) -> None:
    report = check(folder)
    assert (report.tools, report.files, report.problems, report.ignored) == (["billing"], 1, [], [])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeff" + CUSTOMER, id="byte order mark"),
        pytest.param("ID,Created,EMAIL\r\nc1,2026-01-01,\r\n", id="capitals and CRLF"),
        pytest.param('"id","created","email"\n', id="quoted, no rows"),
        pytest.param('id,created,"free\ntext"\n1,2,3\n', id="line break in a name"),
        pytest.param("id,created,email\n1,2026-01-01,zoë@bücher.example\n" * 40_000, id="long, not ASCII"),
    ],
)
def test_sound_csv_of_many_kinds(folder: Path, content: str) -> None:
    (folder / "billing" / "customer.csv").write_text(content, encoding="utf-8", newline="")
    assert check(folder).problems == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "empty", id="no bytes"),
        pytest.param(b"\n \n", "empty", id="blank lines"),
        pytest.param(b"id,created,email\n1,2,caf\xe9\n", "not valid UTF-8 (first bad byte in line 2)", id="latin-1"),
        pytest.param(CUSTOMER.encode() + b"c2,2026,\xe2\x82", "not valid UTF-8", id="cut in a character"),
        pytest.param(CUSTOMER.encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(CUSTOMER.encode("utf-16-le"), "NUL", id="utf-16 without mark"),
        pytest.param(b"id,created,\n1,2,3\n", "no name for column 3 of 3", id="empty name"),
        pytest.param(b"id,created,Id\n1,2,3\n", "names column 'Id' twice", id="double name"),
        pytest.param(b"c1,2026-01-01,a@example.com\nc2,2026-01-01,b@example.com\n", "no header", id="no header"),
        pytest.param(b"id;created;email\n1;2;3\n", "separated by semicolons", id="semicolons"),
        pytest.param(b"id\tcreated\temail\n1\t2\t3\n", "separated by tabs", id="tabs"),
    ],
)
def test_broken_csv(folder: Path, content: bytes, says: str) -> None:
    (folder / "billing" / "customer.csv").write_bytes(content)
    problem = only_problem(folder)
    assert (problem.tool, problem.table) == ("billing", "customer")
    assert says in problem.problem
    assert problem.remedy


def test_the_bad_byte_is_found_beyond_the_first_chunk(folder: Path) -> None:
    rows = "1,2,zoë\n" * 300_000
    (folder / "billing" / "customer.csv").write_bytes(f"id,created,email\n{rows}".encode() + b"1,2,\xff\n")
    assert "line 300002" in only_problem(folder).problem


def test_a_missing_required_column_is_named_with_a_guess(folder: Path) -> None:
    (folder / "billing" / "customer.csv").write_text("id,createt,email\n1,2,3\n")
    problem = only_problem(folder)
    assert (problem.tool, problem.table, problem.column) == ("billing", "customer", "created")
    assert "is it 'createt'?" in problem.problem
    assert str(problem).startswith("billing.customer.created: ")
    assert "billing/customer.csv" in problem.remedy


def test_an_optional_column_or_table_may_be_missing(folder: Path) -> None:
    (folder / "billing" / "customer.csv").write_text("id,created\n1,2026-01-01\n")
    assert check(folder).problems == []


def test_an_optional_table_that_is_there_needs_its_required_columns(folder: Path) -> None:
    (folder / "billing" / "refund.csv").write_text("id\n1\n")
    problem = only_problem(folder)
    assert (problem.table, problem.column) == ("refund", "amount")


def test_a_missing_required_table_is_named(folder: Path) -> None:
    (folder / "support").mkdir()
    problem = only_problem(folder)
    assert (problem.tool, problem.table, problem.column) == ("support", "ticket", "")
    (folder / "support" / "ticket.csv.gz").write_bytes(b"")
    assert "support/ticket.csv.gz is not read" in only_problem(folder).problem


def test_parquet_is_read_and_wins_over_csv(folder: Path) -> None:
    target = folder / "billing" / "customer.parquet"
    duckdb.sql(f"copy (select 1 as id, 'x' as email) to '{target}'")
    report = check(folder)
    assert [problem.column for problem in report.problems] == ["created"]
    assert report.ignored == ["billing/customer.csv (the Parquet file of that name is read)"]
    target.write_bytes(target.read_bytes()[:-20])
    assert "cannot be read" in only_problem(folder).problem


def test_folders_that_hold_nothing(tmp_path: Path) -> None:
    assert "does not exist" in only_problem(tmp_path / "nowhere").problem
    assert "holds no tool's folder" in only_problem(tmp_path).problem
    (tmp_path / "holiday pictures").mkdir()
    assert check(tmp_path).ignored == ["holiday pictures/"]


def test_a_misspelt_tool_is_an_error_and_other_folders_are_ignored(folder: Path) -> None:
    (folder / "notes").mkdir()
    (folder / "readme.txt").touch()
    (folder / ".git").mkdir()
    report = check(folder)
    assert (report.problems, report.ignored) == ([], ["readme.txt", "notes/"])
    (folder / "suport").mkdir()
    problem = only_problem(folder)
    assert "'suport'" in problem.problem
    assert "'support'" in problem.remedy


def test_tools_that_are_asked_for(folder: Path) -> None:
    (folder / "support").mkdir()
    assert check(folder, ["billing"]).problems == [], "a tool that is off is not checked"
    assert only_problem(folder, ["billing", "mail"]).tool == "mail"
    (folder / "support").rmdir()
    assert "has no folder" in only_problem(folder, ["billing", "support"]).problem


def test_every_problem_is_named_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "billing" / "customer.csv").write_text("email\nx\n")
    assert [problem.column for problem in check(folder).problems] == ["id", "created"]
    (folder / "billing").rename(folder / "elsewhere")
    assert run_check_raw(folder, None) == 2
    assert "nothing was built" in capsys.readouterr().out


def test_the_contract_is_read_from_the_sources_files(tmp_path: Path, root: Path) -> None:
    (tmp_path / "billing").mkdir()
    (tmp_path / "billing" / "_billing__sources.yml").write_text(
        """
        sources:
          - name: billing
            tables:
              - name: customer
                config: {meta: {required: true}}
                columns:
                  - {name: id, config: {meta: {required: true}}}
                  - {name: Email}
              - name: refund
        """
    )
    assert read_contract(tmp_path) == {
        "billing": {
            "customer": Table(True, frozenset({"id", "email"}), ("id",)),
            "refund": Table(False, frozenset(), ()),
        }
    }
    real = read_contract(root / "models" / "staging")
    # the two small feeds may be partly there; every other tool has tables without which it is not there at all
    without_any = {tool for tool, tables in real.items() if not any(table.required for table in tables.values())}
    assert without_any == {"training", "status"}
