"""Actions as whoever acts on them relies on them: complete, closed with their cause, the same as of any day."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import harness
import oracle_actions as oracle
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from harness import Build, Workbench

DEMO_DAY = dt.date(2026, 10, 31)
#: A company without mess: what its tools say is never corrected later. The earlier day is not the end of a month.
LAST_DAY, EARLIER_DAY, EARLIER_MONTH_END = "2025-10-31", "2025-06-17", dt.date(2025, 5, 31)

Ask = Callable[[str], list[tuple[Any, ...]]]


# ---------------------------------------------------------------- every open action is complete


def assert_complete(ask: Ask) -> None:
    actions = ask("select customer_id, playbook_id, owner, reason, money_at_stake, place from marts.next_best_actions")
    assert len({playbook for _, playbook, *_ in actions}) >= 8
    assert len({(customer, playbook) for customer, playbook, *_ in actions}) == len(actions)
    for customer, playbook, owner, reason, money, _ in actions:
        is_complete = owner and money > 0 and re.search(r"\d", reason) and "{" not in reason
        assert is_complete, (customer, playbook, owner, reason, money)
    assert sorted(place for *_, place in actions) == list(range(1, len(actions) + 1))
    twice = ask("""
        select customer_id, playbook_id from marts.action_history where status <> 'closed' and closed_on is null
        group by all having count(*) > 1
    """)
    assert not twice


def test_every_open_action_names_owner_reason_and_money(built: duckdb.DuckDBPyConnection) -> None:
    assert_complete(lambda sql: built.execute(sql).fetchall())


def test_also_in_a_larger_company(built2000: Build) -> None:
    assert_complete(built2000.ask)


# ---------------------------------------------------------------- once more in plain Python


def month_of(day: dt.date) -> oracle.Month:
    return day.year, day.month


def test_the_oracle_by_hand() -> None:
    """Silent for 50 days at the ends of January and February: two causes. The second goes on in March, then ends."""
    signals = {
        ("c", (2025, month)): {"champion_silent_days": days}
        for month, days in ((1, 50.0), (2, 50.0), (3, 81.0), (4, 3.0), (5, 46.0))
    }
    months = {"c": {(2025, month) for month in range(1, 6)}}
    company = oracle.Company(oracle.Rules(), signals, months, dt.date(2025, 5, 31))
    got = [(each.opened_on, each.closed_on, each.in_cooldown) for each in company.actions]
    assert got == [
        (dt.date(2025, 1, 26), dt.date(2025, 2, 28), False),
        (dt.date(2025, 2, 23), dt.date(2025, 4, 30), True),
        (dt.date(2025, 5, 30), None, False),
    ]
    assert company.reason(company.actions[1]) == "No sign of the champion for 81 days"
    assert oracle.in_words(0.125, "percent") == "13 %"


@pytest.fixture(scope="module")
def company(built: duckdb.DuckDBPyConnection) -> oracle.Company:
    """The demo company's actions by the oracle."""
    signals: oracle.Signals = {}
    for customer, end, measure, value in built.execute(
        "select customer_id, month_end, measure_id, value from intermediate.int_actions__signals"
    ).fetchall():
        signals.setdefault((customer, month_of(end)), {})[measure] = value
    paying: dict[str, set[oracle.Month]] = {}
    for customer, end in built.execute(
        "select customer_id, month_end from intermediate.int_health__customers"
    ).fetchall():
        paying.setdefault(customer, set()).add(month_of(end))
    return oracle.Company(oracle.Rules(), signals, paying, DEMO_DAY)


def test_vectors_by_the_oracle(built: duckdb.DuckDBPyConnection, company: oracle.Company) -> None:
    got = built.execute("""
        select customer_id, month_end, vector, negative_weight, positive_weight, negative_signs, positive_signs
        from intermediate.int_actions__vector_months
    """).fetchall()
    assert len(got) == len(company.vectors)
    for customer, end, *row in got:
        expected = company.vectors[customer, month_of(end)]
        words = [expected.negative_signs or None, expected.positive_signs or None]
        assert row == [expected.name, expected.negative, expected.positive, *words], (customer, end)


def test_actions_by_the_oracle(built: duckdb.DuckDBPyConnection, company: oracle.Company) -> None:
    """Every action of the history, to the day, the word and the cent."""
    owners = dict(built.execute("select customer_id, owner_name from intermediate.int_customers").fetchall())
    columns = ("mrr", "probability", "mau", "seat_count", "nps_total_12m", "nps_answers_12m")
    facts = {
        (customer, month_of(end)): dict(zip(columns, row, strict=True))
        for customer, end, *row in built.execute("""
            select customer_id, month_end, customers.mrr, probability, mau, seat_count, nps_total_12m, nps_answers_12m
            from intermediate.int_health__customers as customers
            inner join marts.customer_months using (customer_id, month_end)
            left join marts.churn_risk_months using (customer_id, month_end)
        """).fetchall()
    }
    assert not oracle.seed("action_snoozes")  # the oracle knows none
    expected = {}
    for each in company.actions:
        rule = company.rules.playbooks[each.playbook]
        status = "suppressed" if each.in_cooldown else "closed" if each.closed_on else "open"
        owner = (owners[each.customer] if rule["owner_role"] == "owner" else None) or rule["fallback_owner"]
        overdue = company.end(each.last) > each.due_on
        text = (each.closed_on, each.close_reason, status, owner, each.due_on, overdue, company.reason(each))
        expected[each.customer, each.playbook, each.opened_on] = (*text, *company.money(each, facts))
    got = {
        tuple(row[:3]): row[3:]
        for row in built.execute("""
            select
                customer_id, playbook_id, opened_on,
                closed_on, close_reason, status, owner, due_on, is_overdue, reason, money_at_stake, arr
            from marts.action_history
        """).fetchall()
    }
    assert got.keys() == expected.keys()
    wrong = [
        (key, row, expected[key])
        for key, row in got.items()
        if row[:-2] != expected[key][:-2]
        or not all(math.isclose(a, b, abs_tol=0.001) for a, b in zip(row[-2:], expected[key][-2:], strict=True))
    ]
    assert not wrong, f"{len(wrong)} of {len(got)}: {wrong[:3]}"
    assert len(got) > 3000

    # and the list: the open ones, the most money times urgency first
    factor, playbooks = company.rules.settings["overdue_factor"], company.rules.playbooks
    priority = {
        key: float(row[-2]) * int(playbooks[key[1]]["urgency"]) * (factor if row[5] else 1)
        for key, row in expected.items()
        if row[2] == "open"
    }
    listed = built.execute(
        "select customer_id, playbook_id, opened_on, priority from marts.next_best_actions order by place"
    ).fetchall()
    assert {row[:3] for row in listed} == priority.keys()
    assert all(math.isclose(row[3], priority[row[:3]], abs_tol=0.01) for row in listed)
    assert [row[3] for row in listed] == sorted((row[3] for row in listed), reverse=True)


# ---------------------------------------------------------------- closing the cause closes the action


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(tmp_path_factory.mktemp("actions"))


def changed(row: pa.Table, **values: Any) -> pa.Table:
    """A row with other values."""
    for name, value in values.items():
        place = row.schema.get_field_index(name)
        row = row.set_column(place, row.schema.field(place), pa.array([value], row.schema.field(place).type))
    return row


@pytest.fixture(scope="module")
def raw(bench: Workbench) -> Path:
    """A company without mess, in which one payment of the last week failed."""
    clean = harness.simulate(bench.folder / "raw" / "clean", customers=100, months=18, seed=5, mess=0)
    since = dt.datetime(2025, 10, 20)

    charges = pq.read_table(clean / "stripe" / "charge.parquet").to_pylist()
    paid = [
        (charge["created"], place)
        for place, charge in enumerate(charges)
        if charge["status"] == "succeeded" and since <= charge["created"] < dt.datetime(2025, 10, 28)
    ]
    failing = charges[min(paid)[1]]
    unpaid = {"status": "open", "paid": False, "amount_paid": 0, "status_transitions_paid_at": None}

    def fail(tool: str, table: str, rows: pa.Table) -> pa.Table:
        ids = {"charge": failing["id"], "invoice": failing["invoice_id"]}
        if tool != "stripe" or table not in ids:
            return rows
        place = rows.column("id").to_pylist().index(ids[table])
        values = {"status": "failed", "paid": False} if table == "charge" else unpaid
        return pa.concat_tables([rows.slice(0, place), changed(rows.slice(place, 1), **values), rows.slice(place + 1)])

    return harness.transform(clean, bench.folder / "raw" / "company", fail)


@pytest.fixture(scope="module")
def as_is(bench: Workbench, raw: Path) -> Build:
    return bench.build("as_is", raw, as_of=LAST_DAY)


def test_closing_the_cause_closes_the_action(bench: Workbench, raw: Path, as_is: Build) -> None:
    """A payment, an answer and a meeting close the actions that asked for them; no other customer's actions change."""
    open_actions = "select customer_id from marts.next_best_actions where playbook_id = '{}' order by place limit 1"
    unpaid, unanswered, untouched = (
        as_is.ask(open_actions.format(each))[0][0] for each in ("failed_payment", "unanswered_email", "no_touch")
    )
    waiting = {
        key.partition(":")[2]
        for (key,) in as_is.ask(f"""
            select turn_key from intermediate.int_email_turns
            where is_incoming and answered_at is null and customer_id = '{unanswered}'
        """)
    }
    (account,) = as_is.ask(f"""
        select source_id from marts.customer_sources
        where customer_id = '{untouched}' and source_system = 'salesforce' and source_table = 'account' limit 1
    """)[0]
    failed = {
        key.partition(":")[2]
        for (key,) in as_is.ask(f"""
            select payments.payment_key
            from intermediate.int_payments as payments
            inner join marts.customer_sources as sources on payments.account_key = sources.record_key
            where payment_kind = 'failed_payment' and sources.customer_id = '{unpaid}'
        """)
    }
    later = harness.last_instant(LAST_DAY) - dt.timedelta(hours=1)

    def mend(tool: str, table: str, rows: pa.Table) -> pa.Table:
        new: list[pa.Table] = []
        kind = f"{tool}.{table}"
        ours = kind in ("stripe.charge", "salesforce.email_message", "salesforce.event")
        for place, row in enumerate(rows.to_pylist() if ours else []):
            one = rows.slice(place, 1)
            if kind == "stripe.charge" and row["id"] in failed:
                new.append(changed(one, id=row["id"] + "x", status="succeeded", paid=True, created=later))
            elif kind == "salesforce.email_message" and row["id"][:15] in waiting:
                answer = {"id": row["id"][:11] + "zzzz", "incoming": False, "reply_to_email_message_id": row["id"]}
                turned = {"from_address": row["to_address"], "to_address": row["from_address"], "created_date": later}
                new.append(changed(one, **answer, **turned, message_date=str(later)))
        if kind == "salesforce.event":
            held = {"start_date_time": later, "end_date_time": later, "created_date": later, "account_id": account}
            first = rows.slice(0, 1)
            new.append(changed(first, id=first["id"][0].as_py()[:11] + "zzzz", who_id=None, **held))
        return pa.concat_tables([rows, *new])

    mended = bench.build("mended", harness.transform(raw, bench.folder / "raw" / "mended", mend), as_of=LAST_DAY)
    history = "from marts.action_history select * exclude (money_at_stake) order by all"
    before, after = ({row[:3]: row for row in build.ask(history)} for build in (as_is, mended))
    still_open = set(mended.ask("select customer_id, playbook_id from marts.next_best_actions"))
    causes = {(unpaid, "failed_payment"), (unanswered, "unanswered_email"), (untouched, "no_touch")}
    assert not causes & still_open

    helped = {customer for customer, _ in causes}
    others = [(row, after.get(key)) for key, row in before.items() if key[0] not in helped and after.get(key) != row]
    assert not others, others[:3]
    assert all(key in before for key in after if key[0] not in helped)
    # nothing of the three that was no concern of the cause went either, and nothing began
    gone = {key[:2] for key in before if key[0] in helped} - {key[:2] for key in after}
    assert gone - causes == set()
    print(f"\n{len(before)} actions, closed: {sorted(playbook for _, playbook in causes)}")


# ---------------------------------------------------------------- as of an earlier day

#: The customer's owner is the CRM's of today, and a snooze is of today.
OF_TODAY = ("owner", "snoozed_to")


def test_vectors_and_actions_of_an_earlier_day(bench: Workbench, raw: Path, as_is: Build) -> None:
    """Built as of a day, what was closed by the month before it is what a later build tells of it."""
    earlier = bench.build("earlier", raw, as_of=EARLIER_DAY)
    until = f"date '{EARLIER_MONTH_END}'"
    asked = {
        "vectors": f"""
            select * from intermediate.int_actions__vector_months where month_end <= {until}
        """,
        "spells of vectors": f"""
            select * from marts.success_vector_spells where until_month_end < {until} and not is_current
        """,
        "actions closed": f"""
            select * exclude ({", ".join(OF_TODAY)}) from marts.action_history where closed_on <= {until}
        """,
        "actions opened": f"""
            select customer_id, playbook_id, opened_on, due_on, label, threshold, value_at_opening
            from marts.action_history where opened_on <= {until}
        """,
    }
    for what, sql in asked.items():
        then, now = (sorted(build.ask(sql), key=str) for build in (earlier, as_is))
        print(f"\n{what} by {EARLIER_MONTH_END}: {len(then)}", end="")
        different = [each for each in zip(then, now, strict=False) if each[0] != each[1]]
        assert then == now, (what, len(then), len(now), different[:2])
        assert len(then) > 50
