"""Payments, refunds and currencies as other companies have them, by hand arithmetic; and random ones, by the oracle.

Everything is one small company that is built once, and then parts of it under other rules. The folders of
../shared/cases are a part of it where they are there.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import harness
import oracle_revenue as oracle
import pytest

from customer360 import missing_rates, reference_lists
from customer360.project import ROOT

AS_OF = "2025-12-31"
CASES = ROOT.parent / "shared" / "cases"
needs_cases = pytest.mark.skipif(not CASES.exists(), reason=f"{CASES} is not there")
D = Decimal
Rows = dict[str, list[dict[str, Any]]]


# ---------------------------------------------------------------- raw rows


class Company:
    """Raw rows of a billing tool; amounts in smallest units, in EUR where nothing else is said."""

    def __init__(self) -> None:
        self.rows: Rows = defaultdict(list)
        self.count = 0
        self.add("plan", "2018-01-01", id="plan", amount=10000, interval="month", interval_count=1, currency="usd")

    def add(self, table: str, at: str, **values: Any) -> None:
        """A row, delivered in the evening of its day unless `_fivetran_synced` says otherwise."""
        row = {"created": f"{at} 10:00:00", "_fivetran_synced": f"{at[:10]} 23:00:00"}
        self.rows[table].append(row | values)

    def ident(self, prefix: str) -> str:
        """An id of its own."""
        self.count += 1
        return f"{prefix}_pay_{self.count:05d}"

    def customer(self, name: str) -> str:
        """A billing customer that shares nothing with the others."""
        ident = f"cus_{name}"
        word = "".join(chr(97 + (5 * place + 3 * ord(letter)) % 26) for place, letter in enumerate(name + "payer"))
        self.add("customer", "2018-01-01", id=ident, name=f"{word} {name}", email=f"pay@{word}.example")
        return ident

    def bill(self, payer: str, at: str, total: int, **values: Any) -> str:
        """A paid invoice of a one-off; `status`, `amount_paid` ... where it is otherwise."""
        ident, currency = self.ident("in"), values.get("currency", "eur")
        facts = {"status": "paid", "total": total, "amount_due": total, "amount_paid": total} | values
        self.add("invoice", at, id=ident, customer_id=payer, **({"currency": currency} | facts))
        self.add(
            "invoice_line_item", at, id=self.ident("il"), invoice_id=ident, type="invoiceitem", amount=total,
            currency=currency, period_start=f"{at} 10:00:00", period_end=f"{at} 10:00:00",
        )  # fmt: skip
        return ident

    def charge(self, payer: str, invoice: str | None, at: str, amount: int, **values: Any) -> str:
        """A charge that came through."""
        ident = self.ident("ch")
        facts = {"status": "succeeded", "currency": "eur", "amount": amount} | values
        self.add("charge", at, id=ident, invoice_id=invoice, customer_id=payer, **facts)
        return ident

    def card(self, name: str, at: str = "2025-03-01", amount: int = 10000, **charge: Any) -> tuple[str, str, str]:
        """A customer with one invoice, paid by card: customer, invoice, charge."""
        payer = self.customer(name)
        invoice = self.bill(payer, at, amount)
        return payer, invoice, self.charge(payer, invoice, at, amount, **charge)

    def refund(self, charge: str, at: str, amount: int, **values: Any) -> str:
        """Money given back."""
        ident = self.ident("re")
        facts = {"status": "succeeded", "currency": "eur"} | values
        self.add("refund", at, id=ident, charge_id=charge, amount=amount, **facts)
        return ident

    def note(self, invoice: str, at: str, amount: int, **values: Any) -> None:
        """A credit note."""
        facts = {"type": "post_payment", "currency": "eur", "status": "issued"} | values
        self.add("credit_note", at, id=self.ident("cn"), invoice_id=invoice, amount=amount, **facts)


#: customer -> purchases and their sum less what was given back, as rfm_scores should have them
Expected = dict[str, tuple[int, str | None]]


def scenarios(made: Company) -> Expected:
    """A trap a customer."""
    expected: Expected = {}

    payer = made.customer("held")  # a hold on a card that was never captured
    invoice = made.bill(payer, "2025-03-01", 5000, status="open", amount_paid=0)
    made.charge(payer, invoice, "2025-03-01", 5000, captured="false")
    made.charge(payer, invoice, "2025-03-02", 5000, status="failed")
    expected["held"] = (0, "0")

    made.card("told", amount_refunded=3000)  # refunded, and only the charge says so
    expected["told"] = (1, "70")
    *_, charge = made.card("told_more", amount_refunded=5000)  # of 50 there is a row for 20
    made.refund(charge, "2025-03-05", 2000)
    expected["told_more"] = (1, "50")
    *_, charge = made.card("told_twice", amount_refunded=3000)
    made.refund(charge, "2025-03-05", 3000)
    expected["told_twice"] = (1, "70")
    made.card("told_all", refunded="true")
    expected["told_all"] = (0, "0")
    *_, charge = made.card("bounced", amount_refunded=0)  # a refund that did not come through
    made.refund(charge, "2025-03-05", 10000, status="failed")
    expected["bounced"] = (1, "100")

    _, invoice, _ = made.card("noted")
    made.note(invoice, "2025-03-09", 2500)
    expected["noted"] = (1, "75")
    _, invoice, charge = made.card("noted_refund", amount_refunded=2500)  # one thing, told three times
    made.note(invoice, "2025-03-09", 2500, refund_id=made.refund(charge, "2025-03-09", 2500))
    expected["noted_refund"] = (1, "75")
    _, invoice, _ = made.card("noted_lost", amount_refunded=2500)  # the refund's own row never came
    made.note(invoice, "2025-03-09", 2500, refund_id="re_lost")
    expected["noted_lost"] = (1, "75")
    _, invoice, _ = made.card("noted_void")
    made.note(invoice, "2025-03-09", 2500, voided_at="2025-03-10 08:00:00", status="void")
    expected["noted_void"] = (1, "100")
    payer = made.customer("noted_before")  # 20 off before it was paid: 80 were
    invoice = made.bill(
        payer, "2025-03-01", 10000, amount_due=8000, amount_paid=8000, pre_payment_credit_notes_amount=2000
    )
    made.note(invoice, "2025-03-01", 2000, type="pre_payment")
    expected["noted_before"] = (1, "80")
    payer = made.customer("noted_inside")  # only the invoice tells of its credit notes
    invoice = made.bill(payer, "2025-03-01", 10000, post_payment_credit_notes_amount=1500)
    made.charge(payer, invoice, "2025-03-01", 10000)
    expected["noted_inside"] = (1, "85")

    payer, invoice, _ = made.card("balance", at="2025-03-01")  # 100 credited, which pay the next bill: 100 in all
    made.note(invoice, "2025-03-09", 10000)
    made.bill(payer, "2025-04-01", 10000, amount_due=0, amount_paid=0)
    expected["balance"] = (1, "100")
    payer, *_ = made.card("below_zero")  # 30 of a downgrade pay for a part of the next bill: 140 came in
    made.bill(payer, "2025-03-15", -3000, amount_due=0, amount_paid=0)
    invoice = made.bill(payer, "2025-04-01", 7000, amount_due=4000, amount_paid=4000)
    made.charge(payer, invoice, "2025-04-01", 4000)
    expected["below_zero"] = (2, "140")
    payer = made.customer("tiny")  # below what a card can be charged
    made.bill(payer, "2025-03-01", 30, amount_due=0, amount_paid=0)
    expected["tiny"] = (1, "0.30")

    payer = made.customer("no_link")  # a charge that does not name its invoice is not a second payment
    made.bill(payer, "2025-03-01", 10000, status_transitions_paid_at="2025-03-01 11:00:00")
    made.charge(payer, None, "2025-03-01", 10000)
    made.charge(payer, None, "2025-05-01", 10000)  # that of nothing billed is one
    expected["no_link"] = (2, "200")
    payer = made.customer("in_part")  # a card paid half of it, a wire the rest
    invoice = made.bill(payer, "2025-03-01", 10000)
    made.charge(payer, invoice, "2025-03-01", 4000)
    expected["in_part"] = (1, "100")
    payer = made.customer("open_part")
    made.bill(payer, "2025-03-01", 10000, status="open", amount_paid=4000)
    expected["open_part"] = (1, "40")
    payer = made.customer("none")
    made.bill(payer, "2025-03-01", 10000, status="void", amount_paid=0)
    made.bill(payer, "2025-03-01", 10000, status="draft", amount_paid=0)
    made.bill(payer, "2025-03-01", 10000, status="uncollectible", amount_paid=0)
    expected["none"] = (0, "0")

    payer = made.customer("yen")  # 5000 of them, at the rate of the day
    made.bill(payer, "2025-03-01", 5000, currency="jpy")
    rates = oracle.read_rates(ROOT / "seeds/rules/exchange_rates.csv")
    expected["yen"] = (1, str(rates.convert(D(5000), "jpy", dt.date(2025, 3, 1))))
    payer = made.customer("dinar")  # three decimals; nobody knows what a dinar is worth
    made.bill(payer, "2025-03-01", 5120, currency="kwd")
    made.bill(payer, "2025-03-01", 10000)
    expected["dinar"] = (2, None)
    return expected


def later(made: Company) -> None:
    """Payments, each on a row that was delivered again after the middle of the year or not."""
    for name, paid_at, delivered in (
        ("dated_before", "2025-06-20 09:00:00", "2025-08-01 23:00:00"),
        ("dated_after", "2025-07-10 09:00:00", "2025-08-01 23:00:00"),
        ("undated_before", None, "2025-06-25 23:00:00"),
        ("undated_after", None, "2025-08-01 23:00:00"),
    ):
        payer = made.customer(name)
        times = {"status_transitions_paid_at": paid_at, "_fivetran_synced": delivered}
        made.bill(payer, "2025-06-01", 10000, due_date="2025-07-01 00:00:00", **times)
    payer = made.customer("refunded_after")
    invoice = made.bill(payer, "2025-06-01", 10000)
    made.charge(payer, invoice, "2025-06-01", 10000, amount_refunded=4000, _fivetran_synced="2025-08-01 23:00:00")


def dollars(made: Company) -> None:
    """A subscription that begins before the first exchange rate there is (January 2019)."""
    payer = made.customer("early")
    months = ["2018-11-01", "2018-12-01", "2019-01-01", "2019-02-01", "2019-03-01"]
    for start, end in itertools.pairwise(months):
        made.bill(payer, start, 10000, currency="usd", subscription_id="sub_early")
        line = {"plan_id": "plan", "type": "subscription", "quantity": 1, "subscription_id": "sub_early"}
        made.rows["invoice_line_item"][-1] |= line | {"period_start": start, "period_end": end}
    made.add("subscription_history", months[0], id="sub_early", customer_id=payer, status="active")


def at_random(made: Company, customers: int) -> None:
    """Bills that are paid in any way, and given back in any way."""
    dice = random.Random(10)
    for number in range(customers):
        payer, currency = made.customer(f"any{number:03d}"), dice.choice(("eur", "usd", "jpy", "gbp"))
        for _ in range(dice.randint(1, 6)):
            day = dt.date(2025, 1, 1) + dt.timedelta(days=dice.randint(0, 330))
            any_bill(made, dice, payer, currency, day)


def any_bill(made: Company, dice: random.Random, payer: str, currency: str, day: dt.date) -> None:
    """One of them."""

    def after(days: int) -> str:
        return str(day + dt.timedelta(days=dice.randint(0, days)))

    total = dice.choice((10000, 10000, 2500, 333, -1200))
    facts: dict[str, Any] = {"currency": currency, "subscription_id": dice.choice((None, f"sub_{payer}"))}
    facts["status"] = dice.choice(("paid",) * 6 + ("open", "uncollectible", "void"))
    facts["amount_paid"] = dice.choice((total, 0, total // 2, None)) if total > 0 else 0
    facts["pre_payment_credit_notes_amount"] = dice.choice((None, 0, 0, 100))
    facts["post_payment_credit_notes_amount"] = dice.choice((None, 0, 0, 50, 700))
    facts["status_transitions_paid_at"] = dice.choice((None, f"{after(5)} 12:00:00"))
    facts["_fivetran_synced"] = dice.choice((f"{day} 23:00:00", "2026-02-01 23:00:00"))
    invoice = made.bill(payer, str(day), total, **facts)
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        amount = dice.choice((total, 4000, 100))
        told = {"amount_refunded": dice.choice((None, 0, 0, 40, amount)), "refunded": dice.choice((None, "false"))}
        told |= {"captured": dice.choice((None, "true", "true", "false")), "currency": currency}
        told |= {"status": dice.choice(("succeeded",) * 5 + ("failed", "pending"))}
        charge = made.charge(payer, dice.choice((invoice,) * 4 + (None,)), after(2), abs(amount), **told)
        refund = None
        for _ in range(dice.choice((0, 0, 1, 2))):
            state = dice.choice(("succeeded", "succeeded", "pending", "failed", None))
            refund = made.refund(charge, after(60), dice.choice((40, 60)), status=state, currency=currency)
        if dice.random() < 0.3:
            named = dice.choice((refund, None, "re_lost"))
            kind = dice.choice(("post_payment", "pre_payment", None))
            made.note(invoice, after(60), 60, refund_id=named, type=kind, currency=currency)


def with_cases(rows: Rows, *names: str) -> Rows:
    """The rows and those of some cases."""
    for name in names:
        for file in sorted((CASES / name / "exports" / "stripe").glob("*.csv")):
            with file.open(newline="", encoding="utf-8") as opened:
                rows[file.stem] += list(csv.DictReader(opened))
    return rows


def write(rows: Rows, folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """The folder of CSV files."""
    (folder / "stripe").mkdir(parents=True)
    for table, each in rows.items():
        if table not in without:
            columns = list(dict.fromkeys(name for row in each for name in row))
            with (folder / "stripe" / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(each)
    return folder


# ---------------------------------------------------------------- the builds


MARTS = ("rfm_scores", "mrr_customer_months", "mrr_months", "purchase_predictions", "customer_lifetime_value")


class Built:
    """The company, and what was built of it."""

    def __init__(self, folder: Path) -> None:
        made = Company()
        self.expected = scenarios(made)
        later(made)
        dollars(made)
        at_random(made, 150)
        names = ("stripe_paid_out_of_band", "lifetimes_same_day", "stripe_ugx_isk") if CASES.exists() else ()
        self.rows = with_cases(made.rows, *names)
        self.raw = write(self.rows, folder / "raw")
        self.bench = harness.Workbench(folder / "bench")
        select = [f"+{mart}" for mart in (*MARTS, "mrr_movements", "missing_exchange_rates", "int_customers")]
        self.build = self.bench.build("default", self.raw, as_of=AS_OF, tools=["stripe"], select=select)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built(tmp_path_factory.mktemp("payments"))


def of(build: harness.Build, payer: str, columns: str, table: str) -> list[tuple[Any, ...]]:
    """What a table says of a billing customer."""
    return build.ask(
        f"""
        select {columns} from {table} inner join intermediate.int_identity__customers as sources using (customer_id)
        where sources.record_key = 'stripe.customer:{payer}'
        """
    )


# ---------------------------------------------------------------- payments


def test_each_scenario_is_what_was_paid(company: Built) -> None:
    found = {
        name: tuple(of(company.build, f"cus_{name}", "frequency, monetary", "marts.rfm_scores")[0])
        for name in company.expected
    }
    assert found == {
        name: (count, None if money is None else D(money)) for name, (count, money) in company.expected.items()
    }


def test_purchases_are_those_of_the_oracle(company: Built) -> None:
    books = oracle.read_files(company.raw, ROOT, dt.date.fromisoformat(AS_OF))
    expected = {
        key: (each.currency, books.day(each.first), each.net * books.minor_units[each.currency])
        for key, each in oracle.purchases(books).items()
    }
    rows = company.build.ask("select purchase_key, currency, purchase_date, net_amount from intermediate.int_purchases")
    found = {key.split(":", 1)[1]: tuple(row) for key, *row in rows}
    assert len(found) == len(rows) > 400
    assert found == expected


@needs_cases
def test_a_wire_is_a_payment_like_any_other(company: Built) -> None:
    """stripe_paid_out_of_band: 12 x 100, as with a card; never past due."""
    for payer in ("cus_wire", "cus_card"):
        assert of(company.build, payer, "frequency, monetary", "marts.rfm_scores") == [(12, D(1200))]
        assert of(company.build, payer, "movement_kind, amount", "marts.mrr_movements") == [("new", D(100))]
    movements = [f"int_mrr__{each}" for each in ("line_amounts", "lines", "suspensions", "changes", "movements")]
    dunning = company.bench.build(
        "dunning", company.raw, as_of=AS_OF, tools=["stripe"], after=company.build,
        variables={"mrr_rules": {"past_due_days": 30}, "reporting_currency": "USD"},
        select=["int_exchange_rates", *movements, "int_mrr__months", "mrr_movements"],
    )  # fmt: skip
    rates = oracle.read_rates(ROOT / "seeds/rules/exchange_rates.csv")
    dollars = oracle.to_cents(D(100) / rates.on("usd", dt.date(2025, 1, 1)))
    for payer in ("cus_wire", "cus_card"):
        found = of(dunning, payer, "movement_kind, amount, amount_reporting", "marts.mrr_movements")
        assert [row for row in found if row[0] != "fx"] == [("new", D(100), dollars)]


@needs_cases
def test_two_purchases_on_the_first_day(company: Built) -> None:
    """lifetimes_same_day: x = 1, t_x = 30/7 weeks, 30 a repeat; RFM counts three purchases, 60."""
    ((x, t_x, spend, status, alive),) = of(
        company.build, "cus_shop",
        "frequency, recency_weeks, mean_repeat_spend, prediction_status, probability_alive",
        "marts.purchase_predictions",
    )  # fmt: skip
    assert (x, spend) == (1, D(30))
    assert t_x == pytest.approx(30 / 7)
    assert of(company.build, "cus_shop", "frequency, monetary", "marts.rfm_scores") == [(3, D(60))]
    # the parameters that are shipped are the invented company's, and no other one's
    assert (status, alive) == ("not_fitted", None)


def test_an_earlier_day_does_not_know_what_has_no_date(company: Built) -> None:
    """Paid by the middle of the year, as far as it was known then."""
    earlier = company.bench.build(
        "earlier", company.raw, as_of="2025-06-30", tools=["stripe"], select=["+int_purchases"]
    )
    names = ("dated_before", "dated_after", "undated_before", "undated_after", "refunded_after")
    then, now = (
        {
            name: of(build, f"cus_{name}", "cast(purchase_date as varchar), net_amount", "intermediate.int_purchases")
            for name in names
        }
        for build in (earlier, company.build)
    )
    assert then == {
        "dated_before": [("2025-06-20", D(100))],
        "dated_after": [],
        "undated_before": [("2025-06-01", D(100))],
        "undated_after": [],
        "refunded_after": [("2025-06-01", D(100))],
    }
    assert now == {
        "dated_before": [("2025-06-20", D(100))],
        "dated_after": [("2025-07-10", D(100))],
        "undated_before": [("2025-06-01", D(100))],
        "undated_after": [("2025-06-01", D(100))],
        "refunded_after": [("2025-06-01", D(60))],
    }
    books = oracle.read_files(company.raw, ROOT, dt.date(2025, 6, 30))
    ours = earlier.ask("select purchase_key, net_amount from intermediate.int_purchases")
    assert {key.split(":", 1)[1]: net for key, net in ours} == {
        key: each.net * books.minor_units[each.currency] for key, each in oracle.purchases(books).items()
    }


def test_without_charges_invoices_tell_or_nothing_does(company: Built, tmp_path: Path) -> None:
    """No charge table: what invoices say was paid. Invoices without a word of it: unknown, never nothing paid."""
    rows = {table: [dict(row) for row in each] for table, each in company.rows.items()}
    select = ["+rfm_scores", "+customer_lifetime_value", "+int_customers"]
    raw = write(rows, tmp_path / "told", without=("charge", "refund"))
    told = company.bench.build("told", raw, as_of=AS_OF, tools=["stripe"], select=select)
    assert of(told, "cus_told", "frequency, monetary", "marts.rfm_scores") == [(1, D(100))]
    columns = "payment_count, failed_payment_count, refund_count"
    assert of(told, "cus_told", columns, "intermediate.int_customers") == [(1, None, None)]

    for row in rows["invoice"]:
        row |= dict.fromkeys(("amount_paid", "total", "amount_due", "post_payment_credit_notes_amount"))
    raw = write(rows, tmp_path / "untold", without=("charge", "refund", "credit_note"))
    untold = company.bench.build("untold", raw, as_of=AS_OF, tools=["stripe"], select=select)
    assert untold.ask(
        "select count(segment), count(frequency), count(monetary), count(window_frequency) from marts.rfm_scores"
    ) == [(0, 0, 0, 0)]
    assert untold.ask(
        """
        select count(*) > 0, count(realised_revenue), count(lifetime_value), count(customer_gain), count(customer_roi)
        from marts.customer_lifetime_value
        """
    ) == [(True, 0, 0, 0, 0)]
    assert untold.ask(f"select count(*) > 0, {columns} from intermediate.int_customers group by all") == [
        (True, None, None, None)
    ]


# ---------------------------------------------------------------- currencies


@needs_cases
def test_shillings_and_kronur_are_counted_in_hundredths(company: Built) -> None:
    """stripe_ugx_isk: 7500000 are 75,000 UGX, 1000000 are 10,000 ISK."""
    for payer, currency, price in (("cus_kampala", "ugx", 75000), ("cus_reykjavik", "isk", 10000)):
        last = f"(from marts.mrr_customer_months where month_end = '{AS_OF}')"
        columns = "currency, mrr_in_currency, mrr, is_active"
        assert of(company.build, payer, columns, last) == [(currency, D(price), None, True)]
        moves = of(company.build, payer, "movement_kind, currency, amount, amount_reporting", "marts.mrr_movements")
        assert moves == [("new", currency, D(price), None)]
        assert of(company.build, payer, "frequency, monetary, m_score", "marts.rfm_scores") == [(12, None, None)]
        assert of(company.build, payer, "realised_revenue", "marts.customer_lifetime_value") == [(None,)]


def test_what_has_no_rate_is_null_and_named(company: Built) -> None:
    missing = company.build.ask(
        """
        select currency, cast(first_missing_on as varchar), cast(last_missing_on as varchar), unconverted_customers
        from marts.missing_exchange_rates order by currency
        """
    )
    expected = [("kwd", "2025-03-01", "2025-03-01", 1), ("usd", "2018-11-01", "2018-12-31", 1)]
    if CASES.exists():
        expected += [("isk", "2025-01-01", AS_OF, 1), ("ugx", "2025-01-01", AS_OF, 1)]
    assert missing == sorted(expected)


def test_rates_that_begin_later_than_the_data_are_a_movement_of_their_own(company: Built) -> None:
    """100 dollars a month from November 2018; the first rate is of January 2019. It ends in March."""
    rates = oracle.read_rates(ROOT / "seeds/rules/exchange_rates.csv")
    january, february = (rates.convert(D(100), "usd", day) for day in (dt.date(2019, 1, 31), dt.date(2019, 2, 28)))
    gone = rates.convert(D(100), "usd", dt.date(2019, 3, 1))
    months = "(from marts.mrr_customer_months where month_end < '2019-04-30')"
    columns = "cast(month_end as varchar), opening_mrr, new_mrr, churned_mrr, fx_mrr, mrr"
    assert sorted(of(company.build, "cus_early", columns, months)) == [
        ("2018-11-30", 0, None, None, None, None),
        ("2018-12-31", None, None, None, None, None),
        ("2019-01-31", None, 0, 0, january, january),
        ("2019-02-28", january, 0, 0, february - january, february),
        ("2019-03-31", february, 0, gone, gone - february, 0),
    ]
    assert company.build.ask(
        """
        select cast(month_end as varchar), closing_mrr, unconverted_customers, closing_customers
        from marts.mrr_months where month_end < '2019-03-01' order by 1
        """
    ) == [
        ("2018-11-30", 0, 1, 1),
        ("2018-12-31", 0, 1, 1),
        ("2019-01-31", january, 0, 1),
        ("2019-02-28", february, 0, 1),
    ]


def test_the_seed_of_currencies_is_iso_as_stripe_counts() -> None:
    """https://docs.stripe.com/currencies: zero-decimal, three-decimal, special cases."""
    with (ROOT / "seeds/rules/currencies.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["currency"]: row for row in csv.DictReader(file)}
    none = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
    three = {"bhd", "jod", "kwd", "omr", "tnd"}
    assert {code for code, row in rows.items() if D(row["minor_unit"]) == 1} == none | {"uyi"}
    assert {code for code, row in rows.items() if D(row["minor_unit"]) == D("0.001")} == three | {"iqd", "lyd"}
    assert {code: rows[code]["smallest_unit"] for code in ("ugx", "isk", "huf", "twd", "mga")} == {
        "ugx": "1", "isk": "1", "huf": "0.01", "twd": "0.01", "mga": "1",
    }  # fmt: skip
    assert all(rows[code]["minor_unit"] == "0.01" for code in ("ugx", "isk", "huf", "twd", "usd", "bgn", "hrk"))
    assert not rows.keys() & {"xxx", "xts", "xau"}


def test_generated_lists_say_where_they_come_from(tmp_path: Path) -> None:
    with (ROOT / f"seeds/rules/{reference_lists.SOURCES}.csv").open(newline="", encoding="utf-8") as file:
        noted = {row["list_name"]: row for row in csv.DictReader(file)}
    assert noted.keys() == reference_lists.LISTS.keys()
    assert all(row["package_version"] and row["licence"] for row in noted.values())
    with pytest.raises(reference_lists.ListError, match="there is no list planets"):
        reference_lists.refresh(["planets"], tmp_path)
    assert not list(tmp_path.iterdir())


def test_shipped_rates_are_known_to_be_invented(tmp_path: Path) -> None:
    assert missing_rates.are_invented(missing_rates.RATES)
    own = tmp_path / "rates.csv"
    own.write_text("rate_date,from_currency,to_currency,rate\n2025-01-01,USD,EUR,0.9626\n", encoding="utf-8")
    assert not missing_rates.are_invented(own)
