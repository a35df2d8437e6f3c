"""Situations of help desk and surveys that others met in production (../shared/cases), with values worked out by hand.

Cases whose ids do not collide are built together; a few rows of our own stand for their relatives.
"""

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from harness import Build, Workbench

from customer360.project import ROOT

CASES = ROOT.parent / "shared" / "cases"
AS_OF = "2025-12-31"
Rows = dict[str, list[dict[str, str]]]

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is absent")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def exports(*cases: str, more: Rows | None = None) -> Rows:
    """The rows of cases and some more, by tool/table."""
    found: Rows = defaultdict(list)
    for case in cases:
        for file in sorted((CASES / case / "exports").glob("*/*.csv")):
            with file.open(encoding="utf-8", newline="") as lines:
                found[f"{file.parent.name}/{file.stem}"] += csv.DictReader(lines)
    for table, rows in (more or {}).items():
        found[table] += rows
    return found


def write(folder: Path, tables: Rows) -> Path:
    for table, rows in tables.items():
        file = folder / f"{table}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list({column: None for row in rows for column in row}), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def table(header: str, *rows: str) -> list[dict[str, str]]:
    return [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(tmp_path_factory.mktemp("cases_support"))


TICKETS = "id,requester_id,submitter_id,assignee_id,organization_id,subject,status,created_at"
COMMENTS = "id,ticket_id,user_id,created,public,body"
HISTORY = "ticket_id,field_name,updated,value,user_id,_fivetran_synced"
#: Relatives. copied: a colleague's mail becomes an internal note, that makes nobody an agent. silent: no comment.
#: second: two changes in one second. noted: an agent's internal note opens it, then the system writes, then the agent.
#: light: somebody who left and is known by an internal note alone. own: an agent asks. nobody: no organisation either.
MORE: Rows = {
    "zendesk/user": table(
        "id,organization_id,name,email,role,active,suspended,created_at",
        "301,9001,Carla Copied,carla@kaltenbrunn.example,end-user,true,false,2025-01-01 08:00:00",
        "302,,Left Long,left@helpers.example,end-user,false,true,2025-01-01 08:00:00",
    ),
    "zendesk/ticket": table(
        TICKETS,
        "copied,101,101,1,9001,a,open,2025-06-03 14:00:00",
        "silent,101,101,1,9001,b,open,2025-06-03 14:00:00",
        "second,101,101,1,9001,c,solved,2025-06-03 14:00:00",
        "noted,101,1,1,9001,d,open,2025-06-03 14:00:00",
        "light,101,101,1,9001,e,open,2025-06-03 14:00:00",
        "own,1,1,1,,f,open,2025-06-03 14:00:00",
        "nobody,778,778,1,,g,open,2025-06-03 14:00:00",
    ),
    "zendesk/ticket_comment": table(
        COMMENTS,
        "x1,copied,101,2025-06-03 14:00:00,true,t",
        "x2,copied,301,2025-06-03 14:10:00,false,t",
        "x3,copied,301,2025-06-03 14:20:00,true,t",
        "x4,copied,1,2025-06-03 15:00:00,true,t",
        "x5,second,101,2025-06-03 14:00:00,true,t",
        "x6,noted,1,2025-06-03 14:00:00,false,t",
        "x7,noted,-1,2025-06-03 14:00:10,true,t",
        "x8,noted,1,2025-06-03 14:00:40,true,t",
        "x9,light,101,2025-06-03 14:00:00,true,t",
        "x10,light,302,2025-06-03 14:05:00,false,t",
        "x11,light,302,2025-06-03 14:30:00,true,t",
        "x12,own,1,2025-06-03 14:00:00,true,t",
        "x13,own,1,2025-06-03 14:30:00,true,t",
        "x14,nobody,778,2025-06-03 14:00:00,true,t",
        "x15,nobody,1,2025-06-03 14:20:00,true,t",
    ),
    "zendesk/ticket_field_history": table(
        HISTORY,
        "second,status,2025-06-03 14:00:00,new,,2025-06-03 23:00:00",
        "second,status,2025-06-03 14:30:00,solved,1,2025-06-03 23:00:00",
        "second,status,2025-06-03 14:30:00,open,1,2025-06-03 23:00:00",
        "second,assignee_id,2025-06-03 14:30:00,1,1,2025-06-03 23:00:00",
        "second,assignee_id,2025-06-03 14:30:00,2,1,2025-06-03 23:00:00",
    ),
    "zendesk/satisfaction_rating": table(
        "id,ticket_id,requester_id,score,created_at,updated_at,_fivetran_synced",
        "s1,G2,101,bad,2025-05-08 10:00:00,2025-05-09 10:00:00,2025-05-09 23:00:00",
        "s1,G2,101,good,2025-05-08 10:00:00,2025-05-08 11:00:00,2025-05-20 23:00:00",
    ),
    "wootric/end_users": table("id,email,created_at", "u4,d@tinfoil.example,2025-01-01 00:00:00"),
    # r9 was changed from 9 to 3, and the old answer came again; r10 and r11 are two answers of one person; the person
    # of r12 is gone for good, and nobody knows who gave r13
    "wootric/responses": table(
        "id,end_user_id,survey_id,score,created_at,updated_at,completed,_fivetran_synced",
        "r9,u1,nps_relationship,3,2025-06-01 10:00:00,2025-06-02 10:00:00,true,2025-06-02 23:00:00",
        "r9,u1,nps_relationship,9,2025-06-01 10:00:00,2025-06-01 10:00:00,true,2025-06-09 23:00:00",
        "r10,u4,nps_relationship,10,2025-06-01 10:00:00,2025-06-01 10:00:00,true,2025-06-01 23:00:00",
        "r11,u4,nps_relationship,10,2025-06-20 10:00:00,2025-06-20 10:00:00,true,2025-06-20 23:00:00",
        "r12,gone,nps_relationship,10,2025-06-01 10:00:00,2025-06-01 10:00:00,true,2025-06-01 23:00:00",
        "r13,,nps_relationship,8,2025-06-01 10:00:00,2025-06-01 10:00:00,true,2025-06-01 23:00:00",
    ),
}


@pytest.fixture(scope="module")
def built(bench: Workbench) -> Build:
    tables = exports(
        "zendesk_former_agent",
        "zendesk_requester_deleted",
        "zendesk_flags_as_floats",
        "zendesk_ids_as_floats",
        "wootric_unknown_survey",
        more=MORE,
    )
    return bench.build(
        "desk",
        write(bench.folder / "raw" / "desk", tables),
        as_of=AS_OF,
        tools=("zendesk", "wootric"),
        select=(
            "+survey_responses",
            "+ticket_metrics",
            "+support_months",
            "+support_customer_months",
            "+survey_months",
            "+row_accounting",
        ),
    )


@pytest.fixture(scope="module")
def tickets(built: Build) -> dict[str, dict[str, Any]]:
    with built.connect() as connection:
        rows = connection.execute("from marts.ticket_metrics").to_arrow_table().to_pylist()
    return {row["source_id"]: row for row in rows}


def said(ticket: dict[str, Any], *columns: str) -> tuple[Any, ...]:
    return tuple(ticket[column] for column in columns)


def test_former_agents_answered(tickets: dict[str, dict[str, Any]], built: Build) -> None:
    columns = ("first_reply_minutes", "reply_count", "is_unreplied")
    assert said(tickets["F1"], *columns) == (45, 1, False)
    assert said(tickets["F2"], *columns) == (60, 1, False)
    people = {row[0] for row in built.ask("select source_id from intermediate.int_people")}
    employees = {row[0] for row in built.ask("select source_id from intermediate.int_employees")}
    assert {"101", "301"} <= people
    assert {"1", "2", "3", "302"} <= employees
    assert not people & employees


def test_a_ticket_of_a_deleted_requester_stays(tickets: dict[str, dict[str, Any]], built: Build) -> None:
    assert len([ident for ident in ("G1", "G2") if tickets[ident]["created_at"].month == 5]) == 2
    assert tickets["G1"]["customer_id"] == tickets["G2"]["customer_id"] is not None
    assert said(tickets["G1"], "first_reply_minutes", "person_id") == (45, None)
    # F1, F2, G1, G2, P1 and 1; in June seven of ours, of which two belong to nobody
    company = dict(built.ask("select month_end, created_tickets from marts.support_months"))
    assert (company[dt.date(2025, 5, 31)], company[dt.date(2025, 6, 30)]) == (6, 7)
    customers = dict(built.ask("select month_end, sum(created_tickets) from marts.support_customer_months group by 1"))
    assert (customers[dt.date(2025, 5, 31)], customers[dt.date(2025, 6, 30)]) == (6, 5)
    assert said(tickets["nobody"], "first_reply_minutes", "customer_id") == (20, None)


def test_flags_and_ids_as_floats(tickets: dict[str, dict[str, Any]]) -> None:
    assert said(tickets["P1"], "first_reply_minutes", "reply_count") == (45, 1)
    assert said(tickets["1"], "first_reply_minutes", "reply_count") == (45, 1)
    assert tickets["1"]["customer_id"] == tickets["P1"]["customer_id"] is not None
    assert tickets["1"]["requester_key"] == "zendesk.user:101"
    assert tickets["1"]["person_id"] is not None


def test_relatives_of_replies(tickets: dict[str, dict[str, Any]]) -> None:
    columns = ("first_reply_minutes", "reply_count", "is_unreplied")
    assert said(tickets["copied"], *columns) == (60, 1, False)
    assert said(tickets["silent"], *columns) == (None, 0, True)
    assert said(tickets["noted"], *columns) == (0, 1, False)
    assert said(tickets["light"], *columns) == (30, 1, False)
    assert said(tickets["own"], *columns) == (None, 0, True)


def test_changes_of_one_second(tickets: dict[str, dict[str, Any]]) -> None:
    columns = ("ticket_status", "first_resolution_minutes", "reopen_count", "agent_handovers")
    assert said(tickets["second"], *columns) == ("solved", 30, 0, 1)


def test_a_changed_rating_counts_as_it_was_last(tickets: dict[str, dict[str, Any]]) -> None:
    assert said(tickets["G2"], "satisfaction", "rated_at") == ("bad", at("2025-05-09 10:00:00"))


def test_no_nps_is_invented(built: Build) -> None:
    rows = built.ask(
        "select response_key, is_counted, not_counted_reason, nps_value from marts.survey_responses"
        " where survey_id = '48213' order by 1"
    )
    assert rows == [(f"wootric.response:{ident}", False, "unknown_survey", None) for ident in ("r1", "r2", "r3")]


def test_answers_count_once_with_their_last_value(built: Build) -> None:
    """3, 10, 10, 10 and 8: three promoters and one detractor of five, 100 x 2 / 5."""
    rows = built.ask(
        "select answers, promoters, passives, detractors, nps from marts.survey_months"
        " where kind = 'nps' and grain = 'response' and answers > 0"
    )
    assert [tuple(map(float, row)) for row in rows] == [(5, 3, 1, 1, 40)]


def test_every_row_is_accounted_for(built: Build) -> None:
    rows = built.ask(
        "select source_table, rejected_rows, rows_in - used_rows - duplicate_rows - deleted_rows - rejected_rows"
        " from marts.row_accounting where rejected_rows > 0 or source_table = 'ticket'"
    )
    assert rows == [("ticket", 0, 0)]


def test_a_schedule_that_never_closes(bench: Workbench) -> None:
    """48 hours over both changes of the clocks; the autumn ticket is ours, and is put on another schedule too late."""
    more: Rows = {
        "zendesk/ticket": table(TICKETS, "T4,101,101,1,9001,h,solved,2025-11-01 12:00:00"),
        "zendesk/ticket_comment": table(COMMENTS, "y1,T4,1,2025-11-03 12:00:00,true,t"),
        "zendesk/ticket_field_history": table(
            HISTORY,
            "T4,status,2025-11-01 12:00:00,new,,2025-11-01 23:00:00",
            "T4,status,2025-11-03 12:00:00,solved,1,2025-11-03 23:00:00",
        ),
        "zendesk/schedule": table(
            "id,name,time_zone,start_time,end_time,created_at",
            "S2,mornings,America/Argentina/Ushuaia,1980,2040,2025-01-02 00:00:00",
        ),
        "zendesk/ticket_schedule": table("ticket_id,created_at,schedule_id", "T4,2025-11-03 12:00:01,S2"),
    }
    raw = write(bench.folder / "raw" / "always", exports("zendesk_schedule_24_7", more=more))
    built = bench.build("always", raw, as_of=AS_OF, tools=["zendesk"], select=["+ticket_metrics"])
    rows = built.ask(
        "select source_id, schedule_key, first_reply_minutes, first_reply_business_minutes, full_resolution_minutes,"
        " full_resolution_business_minutes from marts.ticket_metrics order by 1"
    )
    assert rows == [
        ("T3", "zendesk.schedule:S", 2880, 2880, 2880, 2880),
        ("T4", "zendesk.schedule:S2", 2880, 2880, 2880, 2880),
    ]


def test_an_unknown_time_zone_stops_the_build(bench: Workbench) -> None:
    more: Rows = {
        "zendesk/schedule": table("id,name,time_zone,start_time,end_time", "S3,x,Nowhere (US & Canada),1980,2040")
    }
    raw = write(bench.folder / "raw" / "nowhere", exports("zendesk_schedule_24_7", more=more))
    with pytest.raises(AssertionError) as stopped:
        bench.build("nowhere", raw, as_of=AS_OF, tools=["zendesk"], select=["+int_business_schedules"])
    message = str(stopped.value)
    for word in ("zendesk.schedule", "time_zone", "'Nowhere (US & Canada)'", "seeds/rules/time_zones.csv"):
        assert word in message
