"""RFM: the scores of any values, against a plain Python version and against a published table.

The public data set is UCI Online Retail (CUSTOMER360_REFERENCE_DATA/online_retail): 397,884 clean invoice lines become
a Stripe export with a customer, an invoice and a charge each, and go the whole way through the project.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
import pytest
from harness import Build, Workbench, simulate
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360.project import ROOT

# ---------------------------------------------------------------- the macro alone


def score_sql(bins: int, *, scoring: str, low_is_good: bool = False, tie_break: bool = False) -> str:
    """What the macro writes, without dbt."""
    import jinja2

    source = ROOT.joinpath("macros", "revenue", "rfm_score.sql").read_text(encoding="utf-8")
    module = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(source).module
    sql = module.rfm_score("v", bins, low_is_good=low_is_good, tie_break="id" if tie_break else None, scoring=scoring)
    return re.sub(r"\s+", " ", str(sql))


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def scores(engine: duckdb.DuckDBPyConnection, sql: str, rows: Sequence[tuple[int, float]]) -> dict[int, int]:
    """Row id -> score."""
    ids, values = [each[0] for each in rows], [each[1] for each in rows]
    engine.execute(
        "create or replace temp table given as select unnest(?::bigint[]) as id, unnest(?::double[]) as v",
        [ids, values],
    )
    return dict(engine.execute(f"select id, {sql} from given").fetchall())


VALUES = st.one_of(
    st.lists(st.integers(0, 6), min_size=1, max_size=60),  # many equal ones
    st.lists(st.floats(0, 1e9, allow_nan=False), min_size=1, max_size=60),
)


@settings(max_examples=150, deadline=None)
@given(values=VALUES, bins=st.integers(2, 9), low_is_good=st.booleans(), chance=st.randoms(use_true_random=False))
def test_tie_safe_scores_of_any_values(
    values: list[float], bins: int, low_is_good: bool, chance: random.Random
) -> None:
    engine = duckdb.connect()
    sql = score_sql(bins, scoring="tie_safe", low_is_good=low_is_good)
    rows = list(enumerate(values))
    found = scores(engine, sql, rows)
    chance.shuffle(rows)
    assert scores(engine, sql, rows) == found, "the order of the rows changes nothing"
    goodness = [-value if low_is_good else value for value in values]
    for row, value in enumerate(goodness):
        worse = sum(other < value for other in goodness)
        assert found[row] == min(bins, 1 + bins * worse // len(values))
        assert 1 <= found[row] <= bins
    in_order = sorted(range(len(values)), key=goodness.__getitem__)
    for one, other in itertools.pairwise(in_order):
        assert found[one] <= found[other], "better never scores lower"
        if goodness[one] == goodness[other]:
            assert found[one] == found[other], "equal values score alike"


@settings(max_examples=150, deadline=None)
@given(values=VALUES, bins=st.integers(2, 9), low_is_good=st.booleans())
def test_published_scores_are_interpolated_quantiles(values: list[float], bins: int, low_is_good: bool) -> None:
    """The macro compares ranks with fractions; quantile edges in exact fractions give the same scores."""
    found = scores(
        duckdb.connect(), score_sql(bins, scoring="published", low_is_good=low_is_good), list(enumerate(values))
    )
    in_order = [Fraction(value) for value in sorted(values)]
    edges = []
    for k in range(1, bins):
        place = Fraction(k, bins) * (len(values) - 1)
        below = math.floor(place)
        above = min(below + 1, len(values) - 1)
        edges.append(in_order[below] + (place - below) * (in_order[above] - in_order[below]))
    for row, value in enumerate(values):
        score = 1 + sum(Fraction(value) > edge for edge in edges)
        assert found[row] == (bins + 1 - score if low_is_good else score)


def test_published_frequency_scores_are_quantiles_of_the_rank(engine: duckdb.DuckDBPyConnection) -> None:
    chance = np.random.default_rng(5)
    for count in (1, 2, 5, 6, 99, 1000):
        values = chance.integers(1, 4, count).tolist()
        found = scores(engine, score_sql(5, scoring="published", tie_break=True), list(enumerate(values)))
        ranks = {row: rank for rank, row in enumerate(sorted(range(count), key=lambda row: (values[row], row)), 1)}
        for row, rank in ranks.items():
            score = 1 + sum(rank > 1 + Fraction(k, 5) * (count - 1) for k in range(1, 5))
            assert found[row] == score


# ---------------------------------------------------------------- the published table

#: segment -> customers, mean recency in days, mean frequency, mean monetary value
PUBLISHED = {
    "champions": (633, 6.361769, 12.413902, 6857.935482),
    "loyal_customers": (819, 33.608059, 6.479853, 2864.247791),
    "potential_loyalists": (484, 17.398760, 2.010331, 1041.222004),
    "new_customers": (42, 7.428571, 1.000000, 388.212857),
    "promising": (94, 23.510638, 1.000000, 294.007979),
    "need_attention": (187, 52.427807, 2.326203, 897.627861),
    "about_to_sleep": (352, 53.312500, 1.161932, 471.994375),
    "at_risk": (593, 153.785835, 2.876897, 1084.535297),
    "cant_lose": (63, 132.968254, 8.380952, 2796.155873),
    "hibernating": (1071, 217.605042, 1.101774, 488.643307),
}
SPELT = {"at_Risk": "at_risk", "cant_loose": "cant_lose"}
#: The notebooks count from noon of the day after the last invoice; in whole days that is this day.
AS_OF = "2011-12-10"
#: Four invoices hold lines at 0.001 a piece, which no charge can carry: their sums are rounded to the cent.
MONEY = 0.01


def write_export(file: Path, folder: Path) -> Path:
    """The clean invoices as a Stripe export.

    Customers have neither names nor addresses, so that nothing joins two of them. They are created in the order of
    their numbers, in which the published frequency scores tell equal ones apart.
    """
    out = folder / "stripe"
    out.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create table invoices as
            select
                'in_' || InvoiceNo as invoice_id,
                'cus_' || cast(CustomerID as bigint) as customer_id,
                cast(min(InvoiceDate) as timestamp) as created,
                cast(round(sum(cast(Quantity as decimal(18, 0)) * cast(UnitPrice as decimal(18, 3))) * 100) as bigint)
                    as amount
            from '{file}'
            where CustomerID is not null and InvoiceNo not like 'C%' and Quantity > 0 and UnitPrice > 0
            group by all
            """
        )
        tables = {
            "customer": """
                select distinct
                    customer_id as id,
                    timestamp '2010-01-01' + to_seconds(cast(replace(customer_id, 'cus_', '') as bigint)) as created
                from invoices""",
            "invoice": """
                select invoice_id as id, customer_id, 'paid' as status, 'gbp' as currency, created
                from invoices""",
            "charge": """
                select
                    replace(invoice_id, 'in_', 'ch_') as id, invoice_id, customer_id, amount, 'gbp' as currency,
                    created, 'succeeded' as status
                from invoices""",
            "invoice_line_item": """
                select
                    replace(invoice_id, 'in_', 'il_') as id, invoice_id, 'invoiceitem' as type, amount,
                    'gbp' as currency, created as period_start, created as period_end
                from invoices""",
            "plan": """
                select '' as id, '' as currency, '' as "interval", cast(1 as bigint) as interval_count where false""",
            "subscription": """
                select '' as id, '' as customer_id, '' as status, timestamp '2010-01-01' as created where false""",
        }
        for name, sql in tables.items():
            connection.execute(f"copy ({sql}) to '{out / name}.parquet' (format parquet)")
    return folder


@pytest.fixture(scope="module")
def retail(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workbench, Path]:
    file = reference_data / "online_retail" / "online_retail.parquet"
    if not file.exists():
        pytest.skip("online_retail/online_retail.parquet is not there")
    folder = tmp_path_factory.mktemp("retail")
    return Workbench(folder), write_export(file, folder / "raw")


def build(retail: tuple[Workbench, Path], scoring: str, select: Sequence[str]) -> Build:
    bench, raw = retail
    given = {"rfm_scoring": scoring, "reporting_currency": "GBP"}
    return bench.build("retail", raw, as_of=AS_OF, tools=["stripe"], variables=given, select=select)


SEGMENTS = """
    select segment, count(*), avg(recency_days), avg(frequency), avg(monetary)
    from marts.rfm_scores group by segment
"""
SEGMENT_OF = """
    select cast(replace(sources.record_key, 'stripe.customer:cus_', '') as bigint), scores.segment, scores.recency_days,
        scores.frequency, scores.monetary, scores.r_score, scores.f_score, scores.m_score
    from marts.rfm_scores as scores inner join intermediate.int_identity__customers as sources using (customer_id)
"""


def test_the_published_table(
    reference_data: Path, retail: tuple[Workbench, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    done = build(retail, "published", ["+rfm_scores", "+rfm_history"])
    assert done.ask("select count(*), count(distinct customer_id) from intermediate.int_identity__customers") == [
        (4338, 4338)
    ]
    found = {segment: tuple(map(float, figures)) for segment, *figures in done.ask(SEGMENTS)}
    assert found.keys() == PUBLISHED.keys()
    for segment, (count, recency, frequency, monetary) in PUBLISHED.items():
        assert found[segment][0] == count
        assert found[segment][1:3] == pytest.approx((recency, frequency), abs=1e-6)
        assert found[segment][3] == pytest.approx(monetary, abs=MONEY)

    expected = duckdb.sql(
        f"""
        select CustomerID, segment, recency, frequency, monetary, recency_score, frequency_score, monetary_score
        from '{reference_data / "online_retail" / "expected_rfm_seg_map.csv"}'
        """
    ).fetchall()
    rows = {row[0]: row[1:] for row in done.ask(SEGMENT_OF)}
    assert rows.keys() == {row[0] for row in expected}
    unlike = Counter()
    for customer, segment, *figures in expected:
        name, recency, frequency, monetary, *digits = rows[customer]
        unlike["segment"] += name != SPELT.get(segment, segment)
        unlike["recency or frequency"] += [recency, frequency] != figures[:2]
        unlike["monetary"] += not math.isclose(float(monetary), figures[2], abs_tol=MONEY)
        unlike["scores"] += digits != figures[3:]
    assert unlike.total() == 0, unlike

    months = done.ask("select month_end, count(*), count(distinct segment) from marts.rfm_history group by 1")
    assert len(months) == 13
    assert [(str(day), *counts) for day, *counts in months if str(day) == AS_OF] == [(AS_OF, 4338, 10)]

    # the default on the same customers
    tie_safe = build(retail, "tie_safe", ["rfm_scores"])
    counts = {segment: figures for segment, *figures in tie_safe.ask(SEGMENTS)}
    moved = sum(row[1] != rows[row[0]][0] for row in tie_safe.ask(SEGMENT_OF))
    with capsys.disabled():
        print(f"\nonline retail: {len(rows)} customers as published; tie-safe, {moved} are in another segment")
        print(f"  {'segment':<20}{'published':>10}{'tie-safe':>10}{'mean R':>9}{'mean F':>8}{'mean M':>10}")
        for segment, (count, *_) in PUBLISHED.items():
            n, recency, frequency, monetary = counts.get(segment, (0, 0, 0, 0))
            print(f"  {segment:<20}{count:>10}{n:>10}{recency:>9.1f}{frequency:>8.2f}{float(monetary):>10.2f}")
    by_value: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for _, _, recency, frequency, monetary, *digits in tie_safe.ask(SEGMENT_OF):
        for place, value in enumerate((recency, frequency, monetary)):
            by_value[place, value].add(digits[place])
    assert {len(each) for each in by_value.values()} == {1}


# ---------------------------------------------------------------- what was known then


def write_later_changes(folder: Path) -> None:
    """One invoice in nine is given back in full 45 days after it was paid, one in seven is paid in two halves."""
    charge, refund, invoice = (folder / "stripe" / f"{table}.parquet" for table in ("charge", "refund", "invoice"))
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create table charges as
            select * replace (try_cast(amount as bigint) as amount), hash(id) % 63 as draw from '{charge}'
            """
        )
        connection.execute(f"create table refunds as from '{refund}'")
        of_invoices = "from charges where status = 'succeeded' and invoice_id is not null"
        connection.execute(
            f"""
            insert into refunds by name
            select
                're_' || id as id, id as charge_id, amount, currency, created + interval 45 day as created,
                'succeeded' as status, _fivetran_synced
            {of_invoices} and draw % 9 = 0 and created < timestamp '2025-09-01'
            """
        )
        connection.execute(
            f"""
            insert into charges by name
            select
                * replace (
                    id || '_2' as id, amount // 2 as amount, created + interval 40 day as created, 1 as draw
                )
            {of_invoices} and draw % 7 = 0 and draw % 9 <> 0 and created < timestamp '2025-09-01'
            """
        )
        connection.execute(
            """
            update charges set amount = amount - amount // 2
            where draw % 7 = 0 and draw % 9 <> 0 and id || '_2' in (select id from charges)
            """
        )
        # an invoice is paid with the second half
        connection.execute(f"create table invoices as from '{invoice}'")
        connection.execute(
            """
            update invoices set status_transitions_paid_at = charges.created
            from charges where charges.id like '%@_2' escape '@' and charges.invoice_id = invoices.id
            """
        )
        connection.execute(f"copy invoices to '{invoice}' (format parquet)")
        connection.execute(f"copy (select * exclude (draw) from charges) to '{charge}' (format parquet)")
        connection.execute(f"copy refunds to '{refund}' (format parquet)")


def test_history_is_what_a_build_of_that_day_says(tmp_path: Path) -> None:
    """The scores that rfm_history shows for a month's end are those of rfm_scores, built as of that day."""
    raw = simulate(tmp_path / "raw", customers=150, months=18, seed=12)
    write_later_changes(raw)
    bench = Workbench(tmp_path / "bench")
    # rows go by their own times: what was delivered late is known to today's history, and was not to that day's build
    own_times = {"as_of_uses_delivery": False}
    now = bench.build("now", raw, as_of="2025-10-31", variables=own_times, select=["+rfm_history", "+rfm_scores"])
    then = bench.build("then", raw, as_of="2025-04-30", variables=own_times, select=["+rfm_scores"])
    columns = "customer_id, segment, last_purchase_date, recency_days, frequency, monetary, r_score, f_score, m_score"
    for day, build in (("2025-04-30", then), ("2025-10-31", now)):
        history = now.ask(
            f"select {columns} from marts.rfm_history where month_end = '{day}' and frequency > 0 order by all"
        )
        assert len(history) > 50
        assert history == build.ask(f"select {columns} from marts.rfm_scores where frequency > 0 order by all")
    # otherwise the comparison would be too easy
    gone, paid_later = now.ask(
        """
        select count(case when net_amount = 0 then 1 end), count(case when payment_count = 2 then 1 end)
        from intermediate.int_purchases where purchase_date between date '2025-03-25' and date '2025-04-30'
        """
    )[0]
    assert min(gone, paid_later) > 5
