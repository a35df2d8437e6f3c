"""The simulator: same bytes, same information in both formats, a true past, honest money, believable churn."""

from __future__ import annotations

import csv
import datetime as dt
import filecmp
from collections import Counter, defaultdict
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
import yaml

from customer360.simulate import fx, ids, names
from customer360.simulate.bad_rows import BAD_DATES, FAULTS
from customer360.simulate.block import simulate_block, simulate_vendor
from customer360.simulate.cli import make_plan
from customer360.simulate.clock import add_months, add_working_seconds, epoch
from customer360.simulate.demo import CUSTOMERS, MONTHS, SEED, START, write_demo_seeds
from customer360.simulate.dice import stream
from customer360.simulate.export import write_world
from customer360.simulate.mess import Mess
from customer360.simulate.recorder import arrow_schema
from customer360.simulate.schema import NOT_DELIVERED, OVERWRITTEN, RAW_TABLES, TABLES

ROOT = Path(__file__).resolve().parents[2]
CUT = dt.date(2025, 1, 17)
SMALL = {"customers": 130, "months": 12, "seed": 5, "start": dt.date(2024, 5, 1), "mess": 1.0, "usage_scale": 1.0}


def small(folder: Path, kind: str = "csv", until: dt.date | None = None, jobs: int = 1, **other) -> Path:
    write_world(make_plan(**{**SMALL, "until": until, **other}), folder, kind, jobs)
    return folder


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table.replace('.', '/')}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*.*") if p.suffix in (".csv", ".parquet"))


def assert_same_files(one: Path, two: Path) -> None:
    assert files(one) == files(two)
    _, different, failed = filecmp.cmpfiles(one, two, files(one), shallow=False)
    assert [*different, *failed] == []


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("cut"), until=CUT)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's world with its truth, without the seeds' file names."""
    folder = tmp_path_factory.mktemp("demo")
    write_world(make_plan(CUSTOMERS, MONTHS, SEED, START, None, 1.0, 1.0), folder, "csv", 1)
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A larger world, for rates."""
    return small(tmp_path_factory.mktemp("world"), customers=800, months=30, seed=1)


# --------------------------------------------------------------------------------------------- files


def test_layout_is_the_contract_of_the_sources() -> None:
    declared = {}
    for path in ROOT.glob("models/staging/*/_*__sources.yml"):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                declared[f"{source['name']}.{table['name']}"] = [c["name"] for c in table["columns"]]
    if not declared:
        pytest.skip("no sources here")
    assert {t.id: list(t.columns) for t in RAW_TABLES} == declared


def test_same_arguments_same_bytes(full: Path, tmp_path: Path) -> None:
    assert_same_files(full, small(tmp_path))


def test_number_of_processes_changes_no_byte(tmp_path: Path) -> None:
    size = {"customers": 410, "months": 6}
    one, two = small(tmp_path / "1", "parquet", **size), small(tmp_path / "2", "parquet", jobs=2, **size)
    assert_same_files(one, two)


def test_first_blocks_do_not_depend_on_the_number_of_customers(tmp_path: Path) -> None:
    """200 customers make a block: the same ones, whatever follows."""
    size = {"months": 6}
    one, two = small(tmp_path / "1", customers=200, **size), small(tmp_path / "2", customers=400, **size)
    for table in ("stripe.invoice", "zendesk.ticket", "pendo.event", "salesforce.account", "truth.churn"):
        assert {tuple(r.values()) for r in rows(one, table)} <= {tuple(r.values()) for r in rows(two, table)}, table


def test_csv_and_parquet_hold_the_same(full: Path, tmp_path: Path) -> None:
    other = small(tmp_path, "parquet")
    for table in TABLES.values():
        if table.id in NOT_DELIVERED:
            continue
        from_parquet = pq.read_table(other / table.tool / f"{table.name}.parquet")
        from_csv = pacsv.read_csv(
            full / table.tool / f"{table.name}.csv",
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=arrow_schema(table), strings_can_be_null=True, null_values=[""]
            ),
        )
        assert from_parquet.schema.names == list(table.columns)
        assert from_csv.cast(from_parquet.schema).equals(from_parquet), table.id


def test_text_is_utf8_with_unix_line_ends_and_no_empty_strings(full: Path) -> None:
    for name in files(full):
        data = (full / name).read_bytes()
        assert b"\r" not in data, name
        assert b',""' not in data.replace(b',"""', b""), name
        data.decode("utf-8")


# --------------------------------------------------------------------------------------------- time


def test_nothing_is_delivered_after_the_cut(cut: Path) -> None:
    last = f"{CUT} 23:59:30"
    for table in RAW_TABLES:
        if table.id not in NOT_DELIVERED:
            assert all(r["_fivetran_synced"] <= last for r in rows(cut, table.id)), table.id


def test_the_past_is_the_same_whether_or_not_the_future_is_known(full: Path, cut: Path) -> None:
    """What was delivered by the cut and did not change later reads the same; append rows and histories are equal."""
    last = f"{CUT} 23:59:30"
    overwritten = defaultdict(set)
    for tool, name, column, _ in OVERWRITTEN:
        overwritten[f"{tool}.{name}"].add(column)
    for table in RAW_TABLES:
        if table.id in NOT_DELIVERED:
            continue
        everything, past = rows(full, table.id), rows(cut, table.id)
        known = [tuple(r.values()) for r in everything if r["_fivetran_synced"] <= last]
        if table.id == "stripe.subscription_history":  # which version is the latest depends on the day
            at = table.index("_fivetran_active")
            assert Counter(row[:at] + row[at + 1 :] for row in known) == Counter(
                tuple(value for column, value in r.items() if column != "_fivetran_active") for r in past
            )
        elif table.kind in ("append", "history"):
            assert Counter(known) == Counter(tuple(r.values()) for r in past), table.id
        else:
            assert not Counter(known) - Counter(tuple(r.values()) for r in past), table.id
            columns = [c for c in table.columns if c not in overwritten[table.id] and c != "_fivetran_synced"]
            later = Counter(tuple(r[c] for c in columns) for r in everything)
            for r in past:
                assert tuple(r[c] for c in columns) in later, (table.id, r)


def test_the_list_of_overwritten_columns_is_exact() -> None:
    plan = make_plan(600, MONTHS, 2, START, None, 1.0, 0.1)
    changed = {
        (*table.split("."), TABLES[table].columns[column])
        for rec in (simulate_vendor(plan), *(simulate_block(plan, block) for block in range(plan.blocks)))
        for table, recorded in rec.rows.items()
        for _, _, changes, _ in recorded
        for _, updates in changes or ()
        for column, _ in updates
    }
    assert changed == {entry[:3] for entry in OVERWRITTEN}


def test_children_are_not_older_than_their_parents(demo: Path) -> None:
    db = duckdb.connect()
    db.execute("set timezone = 'UTC'")
    read = lambda t: f"read_csv('{demo / t.replace('.', '/')}.csv', all_varchar = true)"  # noqa: E731
    for child, key, at, parent, made in (
        ("salesforce.task", "who_id", "created_date", "salesforce.contact", "created_date"),
        ("salesforce.opportunity", "account_id", "created_date", "salesforce.account", "created_date"),
        ("stripe.invoice", "customer_id", "created", "stripe.customer", "created"),
        ("stripe.charge", "invoice_id", "created", "stripe.invoice", "created"),
        ("zendesk.ticket", "requester_id", "created_at", "zendesk.user", "created_at"),
        ("zendesk.ticket_comment", "ticket_id", "created", "zendesk.ticket", "created_at"),
        ("wootric.responses", "end_user_id", "created_at", "wootric.end_users", "created_at"),
        ("pendo.event", "visitor_id", "timestamp", "pendo.visitor_history", "first_visit"),
        ("pendo.event", "account_id", "timestamp", "pendo.account_history", "first_visit"),
        ("pendo.guide_event", "visitor_id", "timestamp", "pendo.visitor_history", "first_visit"),
    ):
        total, orphans, early = db.execute(
            f"""
            select count(*), count(*) filter (p.id is null), count(*) filter (try_cast(c.{at} as timestamptz) < p.made)
            from {read(child)} c
            left join (select id, min(try_cast({made} as timestamptz)) as made from {read(parent)} group by 1) p
              on p.id = c.{key}
            where c.{key} is not null
            """
        ).fetchone()
        assert early == 0, (child, key)
        assert orphans < 0.01 * total, (child, key, total, orphans)


# --------------------------------------------------------------------------------------------- money


#: What discounts are of, in a loader's words and in ours.
DISCOUNT_TYPES = ("invoice_line_item", "PARENT_INVOICE_LINE_ITEM", "INVOICE")


def test_invoices_add_up(demo: Path) -> None:
    lines, off = defaultdict(list), Counter()
    for r in {r["id"]: r for r in rows(demo, "stripe.invoice_line_item") if r["id"]}.values():
        lines[r["invoice_id"]].append(r)
    for r in {r["id"]: r for r in rows(demo, "stripe.discount")}.values():
        off[r["invoice_id"]] += int(r["amount"])
        assert r["type"] in DISCOUNT_TYPES
        assert r["type"] != "INVOICE" or r["type_id"] == r["invoice_id"]
    checked = 0
    for r in {r["id"]: r for r in rows(demo, "stripe.invoice") if r["id"]}.values():
        if r["id"] not in lines:  # a planted row that nobody can use
            continue
        due, paid, left, total = (int(r[c]) for c in ("amount_due", "amount_paid", "amount_remaining", "total"))
        assert int(r["subtotal"]) - off[r["id"]] + int(r["tax"] or 0) == total
        assert left == due - paid or r["status"] == "void"
        assert (r["paid"] == "true") == (r["status"] == "paid")
        assert r["status"] != "paid" or left == 0
        good = [x for x in lines[r["id"]] if x["amount"].lstrip("-").isdigit() and x["period_end"] not in BAD_DATES]
        if len(good) == len(lines[r["id"]]) and good:
            assert sum(int(x["amount"]) for x in good) == int(r["subtotal"])
            checked += 1
    assert checked > 2000


def test_true_mrr_is_what_the_lines_say(demo: Path) -> None:
    """MRR recomputed from the raw lines, without any of the simulator's own bookkeeping."""
    months = {name: (1 if unit == "month" else 12) * int(count) for name, unit, count in (
        (r["id"], r["interval"], r["interval_count"]) for r in rows(demo, "stripe.plan"))}  # fmt: skip
    owner = {r["source_id"]: r["true_customer_id"] for r in rows(demo, "truth.source_records")}
    ended = {r["id"]: r["ended_at"] for r in rows(demo, "stripe.subscription_history") if r["ended_at"]}
    payer = {r["id"]: owner.get(r["customer_id"]) for r in rows(demo, "stripe.invoice")
             if r["id"] and r["status"] not in ("draft", "void") and r["currency"] in fx.MINOR_DIGITS}  # fmt: skip
    off = {r["type_id"]: int(r["amount"]) for r in rows(demo, "stripe.discount")}
    whole_invoices = {r["type_id"] for r in rows(demo, "stripe.discount") if r["type"] == "INVOICE"}

    def seconds(text: str) -> int:
        moment = dt.datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp())

    truth = {
        (r["true_customer_id"], r["month_end"]): (Decimal(r["mrr"]), r["currency"])
        for r in rows(demo, "truth.mrr_months")
    }
    ends = {m: epoch(dt.date.fromisoformat(m)) + 86399 for _, m in truth}
    computed: dict[tuple[str, str], float] = defaultdict(float)
    for r in {(r["invoice_id"], r["id"]): r for r in rows(demo, "stripe.invoice_line_item")}.values():
        customer = payer.get(r["invoice_id"])
        if r["type"] != "subscription" or customer is None or not r["amount"].lstrip("-").isdigit():
            continue
        try:
            start, end = seconds(r["period_start"]), seconds(r["period_end"])
        except ValueError:
            continue
        n = months[r["plan_id"]]
        minor = int(r["amount"]) - off.get(r["id"], 0)
        if r["invoice_id"] in whole_invoices and r["discountable"] != "false":  # there is one such line
            minor -= off[r["invoice_id"]]
        if r["proration"] == "true":
            minor *= (end - add_months(end, -n)) / (end - start)
        stop = min(end, seconds(ended[r["subscription_id"]]) if r["subscription_id"] in ended else end)
        for month, instant in ends.items():
            if start <= instant < stop:
                computed[customer, month] += minor / n / 10 ** fx.MINOR_DIGITS[r["currency"]]
    for key in {*truth, *(k for k, v in computed.items() if abs(v) > 0.01)}:
        value, currency = truth.get(key, (Decimal(0), "eur"))
        assert abs(computed[key] - float(value)) < (3 if currency == "jpy" else 0.06), (key, computed[key], value)


def test_reporting_currency_and_rates(demo: Path) -> None:
    rates = {
        (r["rate_date"], r["from_currency"].lower()): Decimal(r["rate"]) for r in rows(demo, "truth.exchange_rates")
    }
    for r in rows(demo, "truth.mrr_months"):
        rate = rates.get((r["month_end"], r["currency"]), Decimal(1))
        assert abs(Decimal(r["mrr"]) * rate - Decimal(r["mrr_reporting"])) < Decimal("0.00001")
    one = list(fx.exchange_rate_rows(dt.date(2025, 3, 1), dt.date(2025, 3, 31)))
    assert len(one) == 93
    assert len({r[1:] for r in one}) == 3


def test_yen_have_no_minor_unit(demo: Path) -> None:
    plans = [r for r in rows(demo, "stripe.plan") if r["currency"] == "jpy"]
    assert {int(r["amount"]) for r in plans if r["nickname"] == "Team monthly"} == {9800}
    truth = {r["true_customer_id"]: Decimal(r["mrr"]) for r in rows(demo, "truth.mrr_months") if r["currency"] == "jpy"}
    assert truth
    assert all(v >= 1000 for v in truth.values())
    assert {fx.MINOR_DIGITS[c] for c in ("eur", "usd", "gbp")} == {2}
    assert fx.MINOR_DIGITS["jpy"] == 0


def test_every_kind_of_billing_event_occurs(demo: Path) -> None:
    status = Counter(r["status"] for r in rows(demo, "stripe.subscription_history"))
    assert {"trialing", "active", "past_due", "paused", "canceled"} <= set(status)
    invoices = rows(demo, "stripe.invoice")
    assert {"draft", "open", "paid", "void", "uncollectible"} <= {r["status"] for r in invoices}
    assert {"subscription_create", "subscription_cycle", "subscription_update", "manual"} <= {
        r["billing_reason"] for r in invoices
    }
    lines = rows(demo, "stripe.invoice_line_item")
    assert any(r["proration"] == "true" and r["amount"].startswith("-") for r in lines)
    assert any(r["type"] == "invoiceitem" and not r["plan_id"] for r in lines)
    assert {r["duration"] for r in rows(demo, "stripe.coupon")} == {"once", "repeating", "forever"}
    used = Counter(r["coupon_id"] for r in rows(demo, "stripe.discount"))
    full_off = {r["id"] for r in rows(demo, "stripe.coupon") if r["percent_off"] == "100"}
    assert len(used) >= 6
    assert {r["type"] for r in rows(demo, "stripe.discount")} == set(DISCOUNT_TYPES)
    assert full_off & set(used)
    assert {"pre_payment", "post_payment"} <= {r["type"] for r in rows(demo, "stripe.credit_note")}
    assert any(r["amount_refunded"] != "0" for r in rows(demo, "stripe.charge"))
    assert any(r["tax"] for r in invoices)
    assert any(int(r["attempt_count"]) > 1 for r in invoices if r["attempt_count"])
    subscriptions = {(r["customer_id"], r["id"]) for r in rows(demo, "stripe.subscription_history")}
    assert max(Counter(c for c, _ in subscriptions).values()) > 1


# --------------------------------------------------------------------------------------------- churn


def auc(scores: list[float], hits: list[bool]) -> float:
    """Chance that a hit has a higher score than a miss; ties count half."""
    order = sorted(range(len(scores)), key=lambda k: scores[k])
    rank_sum, k = 0.0, 0
    while k < len(order):
        j = k
        while j < len(order) and scores[order[j]] == scores[order[k]]:
            j += 1
        rank_sum += sum(hits[order[x]] for x in range(k, j)) * (k + j + 1) / 2
        k = j
    n = sum(hits)
    return (rank_sum - n * (n + 1) / 2) / (n * (len(hits) - n))


def churn_figures(folder: Path) -> tuple[float, float, float, float]:
    """AUC of the true chance, its mean, the share that left, logo churn a month."""
    left = defaultdict(list)
    for r in rows(folder, "truth.churn"):
        left[r["true_customer_id"]].append(dt.date.fromisoformat(r["churn_date"]))
    chances = rows(folder, "truth.churn_probability")
    last = max(r["month_end"] for r in chances)
    horizon = dt.date.fromisoformat(last) - dt.timedelta(days=91)
    scores, hits = [], []
    for r in chances:
        day = dt.date.fromisoformat(r["month_end"])
        if day <= horizon:
            scores.append(float(r["p_90d"]))
            hits.append(any(day < x <= day + dt.timedelta(days=90) for x in left[r["true_customer_id"]]))
    active = Counter(r["month_end"][:7] for r in rows(folder, "truth.mrr_months"))
    first = min(active)
    gone = sum(x.isoformat()[:7] > first for xs in left.values() for x in xs)
    return (
        auc(scores, hits),
        sum(scores) / len(scores),
        sum(hits) / len(hits),
        gone / (sum(active.values()) - active[max(active)]),
    )


@pytest.mark.parametrize("which", ["demo", "world"])
def test_churn_is_predictable_but_not_too_well(which: str, request: pytest.FixtureRequest) -> None:
    area, expected, observed, monthly = churn_figures(request.getfixturevalue(which))
    print(f"{which}: AUC {area:.3f}, mean chance {expected:.4f}, left {observed:.4f}, logo churn {monthly:.4f} a month")
    assert 0.80 <= area <= 0.90
    assert 0.01 <= monthly <= 0.03
    assert abs(expected - observed) < 0.012


def test_signs_of_trouble_are_visible(world: Path) -> None:
    """Among customers with a feed, those with a high true chance come less, write more tickets, answer lower."""
    db = duckdb.connect()
    db.execute("set timezone = 'UTC'")
    read = lambda t: f"read_csv('{world / t.replace('.', '/')}.csv', all_varchar = true)"  # noqa: E731
    calm, worried = db.execute(
        f"""
        with owner as (select source_id, true_customer_id as id from {read("truth.source_records")}),
        visits as (select o.id, last_day(timestamp::date) as m, count(*) as n
                   from {read("pendo.event")} e join owner o on o.source_id = e.account_id group by all),
        months as (select true_customer_id as id, month_end::date as m, p_90d::double as p,
                          ntile(4) over (order by p_90d::double) as q from {read("truth.churn_probability")}
                   where true_customer_id in (select id from visits))
        select avg(coalesce(n, 0)) from months left join visits using (id, m) where q in (1, 4) group by q order by q
        """
    ).fetchall()
    assert worried[0] < 0.85 * calm[0]


# --------------------------------------------------------------------------------------------- who is who


def test_worlds_share_nothing(tmp_path: Path) -> None:
    """Different seeds: no common id, e-mail, domain, company name or phone."""
    worlds = []
    for seed in (1, 2):
        folder = small(tmp_path / str(seed), customers=200, months=6, seed=seed)
        found = set()
        for table in RAW_TABLES:
            if table.id in NOT_DELIVERED or table.id == "zendesk.schedule":
                continue
            for r in rows(folder, table.id):
                found |= {
                    r[c]
                    for c in ("id", "_fivetran_id", "email", "agent_email", "website", "domain_name", "from_address")
                    if r.get(c)
                }
                if table.id in ("salesforce.account", "stripe.customer", "zendesk.organization"):
                    found.add(r["name"].strip())
                    if r.get("phone") and sum(ch.isdigit() for ch in r["phone"]) > 8:
                        found.add(r["phone"])
        worlds.append(found - set(names.PLACEHOLDER_PHONES))
    assert not worlds[0] & worlds[1]


def test_names_and_ids_are_unique() -> None:
    assert ids.WORLDS * ids.WORLD_SIZE <= names.SPACE
    cores = {names.core_name(seed, i) for seed in (0, 9, ids.WORLDS - 1) for i in range(20_000)}
    assert len(cores) == 60_000
    phones = {names.make_phone(s, i, names.COUNTRIES[1]) for s in (0, 1498) for i in range(20_000)}
    assert len(phones) == 40_000
    maker = ids.IdMaker(3, 8)
    made = [maker.salesforce("account") for _ in range(3000)]
    assert len({i[:15] for i in made}) == 3000
    assert all(ids.salesforce_18(i[:15]) == i for i in made)
    assert ids.salesforce_18("001A0000006Vm9u") == "001A0000006Vm9uIAC"
    twin = ids.IdMaker.case_twin(made[0])
    assert twin != made[0]
    assert twin[:15].lower() == made[0][:15].lower()
    assert twin not in made
    assert len({maker.number("ticket") for _ in range(9000)}) == 9000


def test_records_of_a_customer_can_be_linked(demo: Path) -> None:
    """At most 2 % of the company-level records have nothing in common with their customer's others."""
    records = rows(demo, "truth.source_records")
    assert sum(r["linkable"] == "false" for r in records) <= 0.02 * len(records)
    taxed = Counter(
        r["tax_info_tax_id"]
        for r in {r["id"]: r for r in rows(demo, "stripe.customer")}.values()
        if r["tax_info_tax_id"]
    )
    assert taxed
    assert max(taxed.values()) == 1


def test_every_mess_is_planted(demo: Path) -> None:
    planted = {r["kind"]: int(r["planted"] or 0) for r in rows(demo, "truth.mess")}
    uncounted = {"odd_zone"}
    missing = {f.name for f in fields(Mess)} - uncounted - {k for k, v in planted.items() if v > 0}
    assert not missing
    assert any(r["created"].endswith("+02:00") for r in rows(demo, "stripe.invoice"))
    for fault in FAULTS:
        table = TABLES[fault.table]
        values = [r[fault.column] for r in rows(demo, table.id)]
        made = fault.make.__name__
        if fault.kind == "unknown_currency":
            assert {"xxx", "zzz"} & set(values)
        elif made == "_none":
            assert "" in values, fault


def test_a_clean_company(tmp_path: Path) -> None:
    folder = small(tmp_path, customers=200, months=6, mess=0.0)
    assert all(not int(r["planted"] or 0) or r["kind"] in NATURAL for r in rows(folder, "truth.mess"))
    for table in RAW_TABLES:
        if table.id not in NOT_DELIVERED:
            keys = Counter(tuple(r[k] for k in table.key) for r in rows(folder, table.id))
            assert max(keys.values(), default=1) == 1, table.id
            assert all(all(key) for key in keys), table.id
    names_seen = Counter(r["name"].strip() for r in rows(folder, "salesforce.account"))
    assert max(names_seen.values()) == 1


#: Oddities that are business as usual, in a clean company too.
NATURAL = {"second_billing_customer_on_return", "merged_ticket", "excluded_response"}


# --------------------------------------------------------------------------------------------- the demo


def test_demo_seeds_are_what_the_code_makes(tmp_path: Path) -> None:
    size = write_demo_seeds(tmp_path)
    assert size <= 10_000_000
    committed = ROOT / "seeds" / "demo"
    assert_same_files(tmp_path, committed)


# --------------------------------------------------------------------------------------------- small parts


def test_calendar_and_working_hours() -> None:
    jan31 = epoch(dt.date(2025, 1, 31)) + 3600
    assert add_months(jan31, 1, 31) == epoch(dt.date(2025, 2, 28)) + 3600
    assert add_months(jan31, 2, 31) == epoch(dt.date(2025, 3, 31)) + 3600
    friday = epoch(dt.date(2025, 3, 28)) + 15 * 3600  # 16:00 in Berlin; the clocks go forward on Sunday
    assert add_working_seconds(friday, 2 * 3600, "Europe/Berlin") == epoch(dt.date(2025, 3, 31)) + 8 * 3600


def test_streams_are_independent_of_each_other() -> None:
    assert stream(1, 2, 3).random() == stream(1, 2, 3).random() != stream(1, 2, 4).random()
    assert replace(Mess(), late=0.5).late == 0.5
    assert Mess().scaled(0).late == 0.0
    assert pa.types.is_string(arrow_schema(TABLES["stripe.invoice"]).field("created").type)
