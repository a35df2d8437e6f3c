"""Revenue figures computed a second time, from the raw rows and in plain Python, to compare the marts with.

Nothing here is shared with the SQL: it reads the raw files, decides by itself which rows count, and works in whole
smallest units (cents, yen) and exact fractions. Written for clearness and not for speed: 2,000 customers take seconds.

    books = read_files(folder, ROOT, date(2026, 10, 31))    # or read_demo(ROOT, ...)
    days = mrr_by_day(books, {"cus_1": "customer A"})       # customer -> currency -> [(day, MRR from that day on)]
    moves = movements(days, rates, books.last_day)
    months = customer_months(days, moves, rates, books.last_day)
"""

from __future__ import annotations

import csv
import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

CENT = Decimal("0.01")
UTC = ZoneInfo("UTC")
ONE_DAY = dt.timedelta(days=1)
Row = dict[str, Any]

# ---------------------------------------------------------------- raw rows


@dataclass(frozen=True)
class Shape:
    """What a raw row must have to count. `kind`: how its table grows (append, upsert, history)."""

    kind: str
    key: tuple[str, ...] = ("id",)
    required: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    not_future: tuple[str, ...] = ()
    made: str = ""  # the row's own time, by which a row can be known before it was delivered
    has_currency: bool = False
    has_deletes: bool = False
    name: Callable[[Row], tuple[str, ...]] | None = None  # tells the rows apart where `key` does not


def line_name(row: Row) -> tuple[str, ...]:
    """What tells a line from the others of its invoice: an id that only lines have, or else all that it is."""
    unique = as_text(row.get("unique_id")) or as_text(row.get("unique_line_item_id"))
    ident = as_text(row.get("id")) or ""
    if unique or ident.startswith(("il_", "sli_")):
        return (unique or ident,)
    amount = as_integer(row.get("amount"))
    period = [as_time(row.get(column)) for column in ("period_start", "period_end")]
    rest = (as_text(row.get("subscription_item_id")), *period, amount)
    return (ident, *("" if each is None else str(each) for each in rest))


_THINGS = {"il": "line", "sli": "line", "ii": "item", "in": "invoice", "sub": "subscription", "cus": "customer"}
_WORDS = {"invoice_line_item": "line", "parent_invoice_line_item": "line", "line_item": "line", "invoice_item": "item"}
_WORDS |= {thing: thing for thing in ("invoice", "subscription", "customer")}


def discounted(row: Row) -> tuple[str, str | None]:
    """What kind of thing a discount was applied to, and its id."""
    word, thing = as_text(row.get("type")), as_text(row.get("type_id"))
    owners = {kind: as_text(row.get(f"{column}_id")) for kind, column in _OWNERS}
    if word:
        kind = _WORDS.get(word.lower().replace(" ", "_").replace("-", "_"), "other")
    elif thing and thing.split("_")[0] in _THINGS:
        kind = _THINGS[thing.split("_")[0]]
    else:
        kind = next((kind for kind, ident in owners.items() if ident and thing in (None, ident)), "other")
    return kind, thing or next((ident for ident in owners.values() if ident), None)


_OWNERS = (("item", "invoice_item"), ("invoice", "invoice"), ("subscription", "subscription"), ("customer", "customer"))

SHAPES = {
    "customer": Shape(
        "upsert", required=("created",), times=("created",), not_future=("created",), made="created", has_deletes=True
    ),
    "invoice": Shape(
        "upsert",
        required=("customer_id", "status", "created"),
        integers=(
            *("amount_due", "amount_paid", "amount_remaining", "subtotal", "tax", "total", "attempt_count"),
            *("pre_payment_credit_notes_amount", "post_payment_credit_notes_amount"),
        ),
        times=("created", "due_date", "period_start", "period_end", "status_transitions_paid_at"),
        not_future=("created",),
        made="created",
        has_currency=True,
        has_deletes=True,
    ),
    "invoice_line_item": Shape(
        "append",
        key=("invoice_id", "id"),
        name=line_name,
        required=("amount", "period_start", "period_end"),
        integers=("amount", "quantity"),
        times=("period_start", "period_end"),
        has_currency=True,
    ),
    "subscription_history": Shape(
        "history",
        key=("id", "_fivetran_synced"),
        required=("customer_id", "status", "created", "_fivetran_synced"),
        integers=("quantity",),
        times=(
            *("created", "_fivetran_synced", "start_date", "current_period_start", "current_period_end"),
            *("cancel_at", "canceled_at", "ended_at", "trial_start", "trial_end", "pause_collection_resumes_at"),
        ),
        not_future=("created",),
        made="_fivetran_synced",
    ),
    "plan": Shape(
        "upsert",
        required=("interval", "interval_count"),
        integers=("interval_count", "amount", "trial_period_days"),
        times=("created",),
        not_future=("created",),
        made="created",
        has_currency=True,  # a plan that was deleted still says what its lines are worth
    ),
    "price": Shape(
        "upsert",
        integers=("unit_amount", "recurring_interval_count"),
        times=("created",),
        not_future=("created",),
        made="created",
        has_currency=True,
    ),
    "subscription_item": Shape(
        "upsert", required=("subscription_id",), integers=("quantity",), times=("created",), made="created"
    ),
    "discount": Shape(
        "append",
        integers=("amount",),
        times=("start", "end"),
        name=lambda row: (*(each or "" for each in discounted(row)), as_text(row.get("invoice_id")) or ""),
    ),
    "charge": Shape(
        "upsert",
        required=("amount", "created", "status"),
        integers=("amount", "amount_refunded"),
        times=("created",),
        not_future=("created",),
        made="created",
        has_currency=True,
    ),
    "credit_note": Shape(
        "upsert",
        required=("invoice_id", "amount", "created"),
        integers=("amount", "discount_amount", "subtotal", "total"),
        times=("created", "voided_at"),
        not_future=("created",),
        made="created",
        has_currency=True,
    ),
    "refund": Shape(
        "append",
        required=("charge_id", "amount", "created"),
        integers=("amount",),
        times=("created",),
        not_future=("created",),
        made="created",
        has_currency=True,
    ),
}


def as_text(value: Any) -> str | None:
    """A raw value as text without blanks at its ends; nothing for empty."""
    return None if value is None else str(value).strip() or None


def as_integer(value: Any) -> int | None:
    """A whole number; nothing for anything else."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return int(number) if number.is_finite() and number == int(number) else None


def as_time(value: Any) -> dt.datetime | None:
    """A UTC time without zone; nothing for what is no date."""
    if not isinstance(value, dt.datetime):
        try:
            value = dt.datetime.fromisoformat(str(value).strip())
        except ValueError:
            return None
    return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value


def as_flag(value: Any) -> bool:
    """True for a raw value that says so."""
    return str(value).strip().lower() in ("true", "t", "1", "yes")


@dataclass
class RawTable:
    """The rows of a raw table that count, with typed values, and how many did not and why."""

    rows: list[Row] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    deleted: dict[str, dt.datetime] = field(default_factory=dict)  # id -> when


def usable(name: str, rows: Iterable[Row], end: dt.datetime, minor_units: Mapping[str, Decimal]) -> RawTable:
    """The rows of a table that are known before `end` and sound, each once: in its latest delivery before `end`."""
    shape, table = SHAPES[name], RawTable()
    kept: dict[tuple[str | None, ...], tuple[tuple[bool, dt.datetime], Row]] = {}
    for number, row in enumerate(rows):
        synced = as_time(row.get("_fivetran_synced"))
        made = as_time(row.get(shape.made)) if shape.made else None
        delivered = synced < end if synced else made is None or made < end
        in_time = delivered or (shape.kind != "append" and made is not None and made < end)
        if not in_time:
            table.left_out["not yet known"] += 1
            continue
        key = tuple(as_text(row.get(column)) for column in shape.key)
        if shape.name and None not in key:
            key = (*key[:-1], *shape.name(row)) if name == "invoice_line_item" else (*key, *shape.name(row))
        if None in key:
            key = (f"row {number}",)  # cannot be told apart; it is rejected below
        at = synced or dt.datetime.min
        # a delivery in time beats a later one; among those in time the last counts, among the others the first
        rank = (delivered, at if delivered else dt.datetime.max - (at - dt.datetime.min))
        if key in kept:
            table.left_out["duplicate"] += 1
        if key not in kept or rank > kept[key][0]:
            kept[key] = (rank, row)
    for (_, at), row in kept.values():
        fault = _fault(shape, row, end, minor_units)
        if shape.has_deletes and as_flag(row.get("is_deleted")) and at < end and fault != "missing id":
            fault = "deleted"
        if str(row.get("livemode")).strip().lower() in ("false", "f", "0", "no"):
            fault = "test mode"
        if fault == "deleted" and at > dt.datetime.min:
            table.deleted[as_text(row["id"])] = at
        if fault:
            table.left_out[fault] += 1
            continue
        typed = {column: as_text(value) for column, value in row.items()}
        typed |= {column: as_integer(row.get(column)) for column in shape.integers}
        typed |= {column: as_time(row.get(column)) for column in shape.times}
        if shape.has_currency:
            typed["currency"] = typed["currency"].lower()
        table.rows.append(typed)
    return table


def _fault(shape: Shape, row: Row, end: dt.datetime, minor_units: Mapping[str, Decimal]) -> str | None:
    """What is wrong with a raw row."""
    if any(as_text(row.get(column)) is None for column in shape.key):
        return "missing id"
    if any(as_text(row.get(column)) is None for column in shape.required):
        return "missing value"
    if shape.has_currency and (as_text(row.get("currency")) or "").lower() not in minor_units:
        return "missing or unknown currency"
    if any(as_text(row.get(c)) is not None and as_integer(row[c]) is None for c in shape.integers):
        return "unparseable amount"
    if any(as_text(row.get(c)) is not None and as_time(row[c]) is None for c in shape.times):
        return "unparseable date"
    if any((as_time(row.get(column)) or dt.datetime.min) >= end for column in shape.not_future):
        return "future date"
    if "interval_count" in shape.required and (as_integer(row["interval_count"]) or 0) < 1:
        return "out of range"
    return None


@dataclass
class Books:
    """The billing tool's usable rows on a day, and how much a smallest unit of each currency is worth."""

    last_day: dt.date
    minor_units: Mapping[str, Decimal]
    tables: dict[str, RawTable]
    zone: ZoneInfo = UTC

    def day(self, moment: dt.datetime) -> dt.date:
        """The day of the reporting time zone on which a UTC time falls."""
        return moment.replace(tzinfo=UTC).astimezone(self.zone).date()

    @property
    def end(self) -> dt.datetime:
        """The first instant, in UTC, that is not known."""
        midnight = dt.datetime.combine(self.last_day + ONE_DAY, dt.time(), self.zone)
        return midnight.astimezone(UTC).replace(tzinfo=None)

    def was_delivered(self, row: Row) -> bool:
        """Whether a row reads as it did on the last day: what is overwritten later may tell of what came later."""
        synced = as_time(row.get("_fivetran_synced"))
        return synced is None or synced < self.end

    def __getitem__(self, name: str) -> list[Row]:
        return self.tables[name].rows


def read_minor_units(root: Path) -> dict[str, Decimal]:
    """Currency -> worth of one smallest unit."""
    with (root / "seeds/rules/currencies.csv").open(encoding="utf-8", newline="") as file:
        return {row["currency"]: Decimal(row["minor_unit"]) for row in csv.DictReader(file)}


def keep_books(read: Callable[[str], Iterable[Row]], root: Path, last_day: dt.date, zone: ZoneInfo = UTC) -> Books:
    """Books from a function that gives a table's raw rows."""
    units, midnight = read_minor_units(root), dt.datetime.combine(last_day + ONE_DAY, dt.time(), zone)
    end = midnight.astimezone(UTC).replace(tzinfo=None)
    return Books(last_day, units, {name: usable(name, read(name), end, units) for name in SHAPES}, zone)


def read_table(file: Path) -> Iterator[Row]:
    """The raw rows of a Parquet or CSV file."""
    if file.suffix == ".parquet":
        yield from pq.read_table(file).to_pylist()
    else:
        with file.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def read_files(folder: Path, root: Path, last_day: dt.date, zone: ZoneInfo = UTC) -> Books:
    """Books from a folder with stripe/<table>.parquet or .csv; a table that is not there is empty."""
    files = {file.stem: file for file in folder.glob("stripe/*.*")}
    return keep_books(lambda name: read_table(files[name]) if name in files else (), root, last_day, zone)


def read_demo(root: Path, last_day: dt.date) -> Books:
    """Books from the demo company's seeds."""
    return keep_books(lambda name: read_table(root / f"seeds/demo/stripe/stripe__{name}.csv"), root, last_day)


# ---------------------------------------------------------------- exchange rates


class Rates:
    """Exchange rates into the reporting currency: of each currency the latest on or before a day."""

    def __init__(self, rows: Iterable[tuple[dt.date, str, Decimal]], reporting: str) -> None:
        self.reporting = reporting.lower()
        self._rates: dict[str, list[tuple[dt.date, Decimal]]] = defaultdict(list)
        for day, currency, rate in sorted(rows):
            self._rates[currency.lower()].append((day, rate))

    def on(self, currency: str, day: dt.date) -> Decimal:
        """The rate of a day."""
        if currency == self.reporting:
            return Decimal(1)
        known = self._rates[currency]
        place = bisect_right(known, day, key=lambda each: each[0])
        if not place:
            raise LookupError(f"no rate of {currency} on or before {day}")
        return known[place - 1][1]

    def convert(self, amount: Decimal, currency: str, day: dt.date) -> Decimal:
        """An amount in the reporting currency, to two places."""
        return to_cents(amount * self.on(currency, day))


def read_rates(file: Path, reporting: str = "EUR") -> Rates:
    """The rates of a CSV with rate_date, from_currency, to_currency, rate."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["to_currency"] == reporting]
    dated = [(dt.date.fromisoformat(row["rate_date"]), row["from_currency"], Decimal(row["rate"])) for row in rows]
    return Rates(dated, reporting)


def to_cents(amount: Decimal) -> Decimal:
    """Rounded to two places, half away from zero."""
    with localcontext(prec=60):
        return amount.quantize(CENT, ROUND_HALF_UP)


def half_away(number: Fraction) -> int:
    """The nearest whole number; halves away from zero."""
    size = int(abs(number) + Fraction(1, 2))
    return size if number >= 0 else -size


# ---------------------------------------------------------------- what a line is worth a month

PERIODS_A_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}
FINAL = ("open", "paid", "uncollectible")
#: Smallest units that rounding explains whatever a line was scaled by: half for its own, half for the candidate's.
ROUNDING_SLACK = Fraction(1)


@dataclass
class Line:
    """A recurring line of a final invoice: what it is worth a month, in smallest units, and on which days.

    `slack` is how far rounding can have moved that worth, and 0 for a line that is whole or was snapped.
    """

    id: str
    payer: str
    currency: str
    subscription: str
    plan: str
    start: dt.datetime
    end: dt.datetime
    gross: int
    net: int
    quantity: int | None
    prorated: bool
    cycle: tuple[str, int] | None
    unit_price: int | None
    monthly: int = 0
    slack: Fraction = Fraction(0)
    days: list[tuple[dt.date, dt.date]] = field(default_factory=list)


@dataclass
class Contract:
    """What the history of a subscription says: its trial, its end, and the spans of days on which it was paused."""

    trial: tuple[dt.datetime, dt.datetime] | None
    ended: dt.datetime | None
    pauses: list[tuple[dt.date, dt.date]]


def contracts(books: Books) -> dict[str, Contract]:
    """Subscription -> what its history says."""
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(books["subscription_history"], key=lambda row: row["_fivetran_synced"]):
        versions[row["id"]].append(row)
    after_all = books.last_day + ONE_DAY
    found = {}
    for subscription, rows in versions.items():
        last, pauses = rows[-1], []
        for row, later in zip(rows, [*rows[1:], None], strict=True):
            status, end = row["status"].lower(), books.day(later["_fivetran_synced"]) if later else after_all
            by_itself = row.get("pause_collection_resumes_at")
            if status == "paused":
                pauses.append((books.day(row["_fivetran_synced"]), end))
            elif status != "canceled" and row.get("pause_collection_behavior"):
                end = min(end, books.day(by_itself)) if by_itself else end
                pauses.append((books.day(row["_fivetran_synced"]), end))
        trial = (last["trial_start"], last["trial_end"]) if last["trial_start"] and last["trial_end"] else None
        # who deletes a customer cancels what it subscribed to
        ends = last["ended_at"] or books.tables["customer"].deleted.get(last["customer_id"])
        ended = ends if ends and books.day(ends) <= books.last_day else None
        found[subscription] = Contract(trial, ended, [(a, b) for a, b in pauses if a < b])
    return found


def before(moment: dt.datetime, cycle: tuple[str, int]) -> dt.datetime:
    """A moment minus an interval of the calendar; the day stays, or becomes the last of a shorter month."""
    unit, count = cycle
    if unit in ("day", "week"):
        return moment - dt.timedelta(days=count * (7 if unit == "week" else 1))
    month = moment.year * 12 + moment.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(month, 12)
    first_after = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, (first_after - ONE_DAY).day))


# ---------------------------------------------------------------- what is taken off a line


def shared_out(units: int, weights: list[int], order: list[tuple[Any, ...]]) -> list[int]:
    """Whole units by weights, by largest remainders; equal ones in `order`."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    exact = [Fraction(units * weight, total) for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    ranked = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], order[place]))
    for place in ranked[: units - sum(parts)]:
        parts[place] += 1
    return parts


def nets(invoice: Row, lines: list[Row], discounts: Iterable[Row]) -> list[int]:
    """What each line of an invoice is worth after all discounts and without the tax in its price, smallest units.

    Discounts of single lines come first. The invoice's total says how much else was taken off; it is shared out over
    what is left of the lines that can be discounted. Without a total the discounts of the whole invoice are it, those
    of one coupon once however often it was delivered.
    """
    names = [
        {row.get(c) for c in ("id", "unique_id", "unique_line_item_id", "invoice_item_id")} - {None} for row in lines
    ]
    own, absent = [0] * len(lines), 0
    singly: dict[str, int] = defaultdict(int)
    whole: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in discounts:
        kind, thing = discounted(row)
        coupon, amount = row.get("coupon_id") or row["id"], row["amount"] or 0
        places = [place for place, known in enumerate(names) if thing in known]
        if kind in ("line", "item") and len(places) < 2:
            singly[coupon] += amount
            absent += 0 if places else amount
            if places:
                own[places[0]] += amount
        elif kind != "other":
            whole[coupon][kind] += amount
    known = sum(max(0, max(kinds.values()) - singly[coupon]) for coupon, kinds in whole.items())

    amounts, tax, missing, inside = [row["amount"] for row in lines], invoice.get("tax") or 0, 0, 0
    total, subtotal = invoice.get("total"), invoice.get("subtotal")
    left_open = known
    if total is not None:
        gross, given = sum(amounts), sum(own)
        changes = any(as_flag(row.get("proration")) for row in lines)
        complete = subtotal is None or subtotal in (gross, gross - given, gross - given - absent)
        if complete or (subtotal < gross and not changes):
            left_open, known = gross - given + tax - total, known + absent
        else:  # the lines that are not there have their own discounts, and bear their part of the rest
            left_open, missing = subtotal - given - absent + tax - total, max(0, subtotal - gross)
        if left_open != known and left_open in (known + tax, tax):
            inside = tax
    order = [(-row["amount"], line_name(row)) for row in lines] + [(-missing, ("~",))]
    weights = [
        max(0, amount - off) if amount > 0 and not _is_no(row.get("discountable")) else 0
        for row, amount, off in zip(lines, amounts, own, strict=True)
    ]
    places = [(-weight, name) for weight, (_, name) in zip([*weights, missing], order, strict=True)]
    off = shared_out(min(max(0, left_open - inside), sum(weights) + missing), [*weights, missing], places)
    rest = [amount - each - share for amount, each, share in zip([*amounts, missing], [*own, 0], off, strict=True)]
    taxes = shared_out(inside, rest, order)
    return [left - part for left, part in zip(rest, taxes, strict=True)][: len(lines)]


def _is_no(value: Any) -> bool:
    return str(value).strip().lower() in ("false", "f", "0", "no")


@dataclass(frozen=True)
class Price:
    """What a plan or price says of a line."""

    recurs: bool
    cycle: tuple[str, int] | None
    unit: int | None
    currency: str | None
    metered: bool


def prices(books: Books) -> dict[str, Price]:
    """Plans, and prices that are no plan as well, by id."""
    found = {}
    for table, prefix, amount in (("price", "recurring_", "unit_amount"), ("plan", "", "amount")):
        for row in books[table]:
            unit, count = (row.get(f"{prefix}interval") or "").lower(), row.get(f"{prefix}interval_count")
            found[row["id"]] = Price(
                recurs=table == "plan" or bool(unit) or (row.get("type") or "").lower() == "recurring",
                cycle=(unit, 1 if count is None else count) if unit in PERIODS_A_YEAR else None,
                unit=row[amount],
                currency=row["currency"],
                metered=(row.get(f"{prefix}usage_type") or "").lower() == "metered",
            )
    return found


def recurring_lines(books: Books, owners: Mapping[str, str]) -> list[Line]:
    """The recurring lines of customers' final invoices, valued and with the days on which they count."""
    sent = (row for row in books["invoice"] if row["status"].lower() in FINAL)
    bills = {row["id"]: row for row in sent if row["customer_id"] in owners}
    known, items, versions = prices(books), {row["id"]: row for row in books["subscription_item"]}, contracts(books)
    of_bill: dict[str, list[Row]] = defaultdict(list)
    for row in books["invoice_line_item"]:
        of_bill[row["invoice_id"]].append(row)
    discounts: dict[str | None, list[Row]] = defaultdict(list)
    for row in books["discount"]:
        kind, thing = discounted(row)
        discounts[row.get("invoice_id") or (thing if kind == "invoice" else None)].append(row)
    lines = []
    for ident, bill in bills.items():
        for row, net in zip(of_bill[ident], nets(bill, of_bill[ident], discounts[ident]), strict=True):
            item = items.get(row.get("subscription_item_id") or "", {})
            named = row.get("plan_id") or row.get("price_id") or item.get("plan_id") or item.get("price_id")
            price = known.get(named or "")
            sold = row.get("plan_id") or row.get("subscription_item_id")
            sold = sold or (row.get("price_id") and (row.get("type") or "").lower() != "invoiceitem")
            if not (price.recurs if price else sold) or (price and price.metered):
                continue
            lines.append(
                Line(
                    id=row["id"],
                    payer=bill["customer_id"],
                    currency=row["currency"],
                    subscription=row["subscription_id"] or f"of line {line_name(row)} of {ident} alone",
                    plan=named or row.get("subscription_item_id"),
                    start=row["period_start"],
                    end=row["period_end"],
                    gross=row["amount"],
                    net=net,
                    quantity=row["quantity"],
                    prorated=as_flag(row["proration"]),
                    cycle=price.cycle if price else None,
                    unit_price=price.unit if price and price.currency == row["currency"] else None,
                )
            )
    lines = [line for line in lines if line.start < line.end]
    on_trial = [_on_trial(line, versions.get(line.subscription)) for line in lines]
    tried = [line for line, is_tried in zip(lines, on_trial, strict=True) if is_tried]
    lines = [line for line, is_tried in zip(lines, on_trial, strict=True) if not is_tried]
    lines += [credit for credit in tried if credit.gross < 0 and _ends_what_was_paid(credit, lines)]
    for line in lines:
        line.prorated = line.prorated or _is_stub(line)
    _value(lines)
    for line in lines:
        line.days = _days(line, versions.get(line.subscription), books)
    return lines


def _ends_what_was_paid(credit: Line, charges: Iterable[Line]) -> bool:
    """A credit within a trial counts where the plan that it gives back was paid for before."""
    return any(
        (each.subscription, each.plan) == (credit.subscription, credit.plan)
        and each.gross > 0
        and each.start <= credit.start < each.end
        for each in charges
    )


def _is_stub(line: Line) -> bool:
    """Billed for less than an interval, and for less than its price: nearer to the part of it that the time is."""
    if not line.cycle or line.unit_price is None or not line.quantity or not line.gross:
        return False
    begin, (unit, count) = before(line.end, line.cycle), line.cycle
    if line.start <= begin or before(line.start, (unit, -count)) <= line.end:
        return False
    price, size = abs(line.quantity * line.unit_price), abs(line.gross)
    part = price * Fraction(int((line.end - line.start).total_seconds()), int((line.end - begin).total_seconds()))
    return abs(size - part) < abs(size - price)


def _on_trial(line: Line, contract: Contract | None) -> bool:
    """Rule 7: it starts within the trial."""
    return contract is not None and contract.trial is not None and contract.trial[0] <= line.start < contract.trial[1]


def _value(lines: Iterable[Line]) -> None:
    """Rules 1 to 4: the monthly worth of each line, those that are prorated snapped to what they are a part of."""
    together: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        together[line.subscription].append(line)
    for members in together.values():
        whole = [line for line in members if not line.prorated]
        for line in whole:
            line.monthly = half_away(line.net * _monthly_factor(line))
        for line in sorted((line for line in members if line.prorated), key=lambda line: line.net < 0):
            _value_prorated(line, whole, members)


def _monthly_factor(line: Line) -> Fraction:
    """A month's share of a line that is whole, or of whose plan's interval nothing is known (rule 1)."""
    if line.cycle:
        unit, count = line.cycle
        return Fraction(PERIODS_A_YEAR[unit], 12 * count)
    days = Fraction(int((line.end - line.start).total_seconds()), 86400)
    months = 0 if line.prorated else half_away(days * 12 / Fraction("365.25"))
    return Fraction(1, months) if months else Fraction(365) / (12 * days)


def _value_prorated(line: Line, whole: Iterable[Line], members: Iterable[Line]) -> None:
    """Rules 2 and 4: scaled up to a full period, then replaced by the amount that it is a part of, if there is one.

    `members`: all lines of the subscription, of which those above zero that are prorated have been valued.
    """
    if line.net == 0:
        return
    factor = _monthly_factor(line)
    if line.cycle:
        around = [
            other.end - other.start
            for other in whole
            if other.cycle == line.cycle and other.start <= line.start and other.end >= line.end
        ]
        full = min(around) if around else line.end - before(line.end, line.cycle)
        factor *= Fraction(int(full.total_seconds()), int((line.end - line.start).total_seconds()))
    line.monthly = half_away(line.net * factor)
    line.slack = Fraction(3, 2) * factor + ROUNDING_SLACK
    candidates = {abs(other.monthly) for other in whole}
    if line.unit_price is not None and line.quantity is not None and line.cycle and line.net == line.gross:
        candidates.add(half_away(abs(line.quantity * line.unit_price) * _monthly_factor(line)))
    if line.net < 0:  # it may give back the rest of a line that is prorated itself
        charges = [o for o in members if o.prorated and o.net > 0 and o.plan == line.plan]
        candidates |= {o.monthly for o in charges if o.start <= line.start and o.end >= line.end}
    _snap(line, candidates)


def _snap(line: Line, candidates: Iterable[int]) -> None:
    """Replace the worth of a line by the nearest candidate that rounding can have moved it away from."""
    near = [(abs(abs(line.monthly) - size), size) for size in candidates]
    near = [each for each in near if each[0] <= line.slack]
    if near:
        size = min(near)[1]
        line.monthly, line.slack = (size if line.net > 0 else -size), Fraction(0)


def _days(line: Line, contract: Contract | None, books: Books) -> list[tuple[dt.date, dt.date]]:
    """Rules 5, 6, 8 and 11: the spans of days, the last one not included, on which a line counts."""
    end = min(books.day(line.end), books.last_day + ONE_DAY)
    spans = [(books.day(line.start), end)]
    if contract:
        if contract.ended:
            spans = [(spans[0][0], min(end, books.day(contract.ended)))]
        for since, until in contract.pauses:
            parts = [((a, min(b, since)), (max(a, until), b)) for a, b in spans]
            spans = [part for pair in parts for part in pair]
    return [(a, b) for a, b in spans if a < b]


# ---------------------------------------------------------------- MRR

#: customer -> currency -> (day, MRR from that day on, major units), in order of days
Steps = dict[str, dict[str, list[tuple[dt.date, Decimal]]]]


def mrr_by_day(books: Books, owners: Mapping[str, str]) -> Steps:
    """Rule 10: the MRR of each customer and currency, as steps. `owners`: billing customer -> customer."""
    grouped: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in recurring_lines(books, owners):
        if line.days:
            grouped[owners[line.payer], line.currency].append(line)
    steps: Steps = defaultdict(dict)
    for (customer, currency), members in sorted(grouped.items()):
        found: list[tuple[dt.date, Decimal]] = []
        for day in sorted({edge for line in members for span in line.days for edge in span}):
            if day > books.last_day:
                continue
            mrr = _mrr_on(day, members) * books.minor_units[currency]
            if mrr != (found[-1][1] if found else 0):
                found.append((day, mrr))
        if found:
            steps[customer][currency] = found
    return dict(steps)


def _mrr_on(day: dt.date, lines: Iterable[Line]) -> int:
    """MRR of a customer in one currency on a day, smallest units."""
    sums: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [0, Fraction(0)])
    for line in lines:
        if any(a <= day < b for a, b in line.days):
            each = sums[line.subscription, line.plan]
            each[0] += line.monthly
            each[1] += line.slack
    return max(0, sum(amount for amount, slack in sums.values() if abs(amount) > slack))


def mrr_at(steps: list[tuple[dt.date, Decimal]], day: dt.date) -> Decimal:
    """The value of steps on a day."""
    place = bisect_right(steps, day, key=lambda step: step[0])
    return steps[place - 1][1] if place else Decimal(0)


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """The ends of the months from that of `first` on; the last one is `last`."""
    found, day = [], first
    while day <= last:
        after = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        found.append(min(after - ONE_DAY, last))
        day = after
    return found


# ---------------------------------------------------------------- movements

KINDS = ("new", "expansion", "contraction", "churn", "reactivation", "fx")


@dataclass(frozen=True)
class Movement:
    """A change of a customer's MRR in one currency on one day, signed."""

    customer: str
    day: dt.date
    currency: str
    kind: str
    amount: Decimal
    reporting: Decimal


def movements(days: Steps, rates: Rates, last_day: dt.date) -> list[Movement]:
    """Every movement of every customer, with what exchange rates did at the end of each month."""
    found: list[Movement] = []
    for customer, by_currency in days.items():
        own = list(_movements_of(customer, by_currency, rates))
        found += own
        found += _fx_of(customer, by_currency, own, rates, last_day)
    return found


def _movements_of(
    customer: str, by_currency: Mapping[str, list[tuple[dt.date, Decimal]]], rates: Rates
) -> Iterator[Movement]:
    changes: dict[dt.date, dict[str, Decimal]] = defaultdict(dict)
    for currency, steps in by_currency.items():
        was = Decimal(0)
        for day, now in steps:
            changes[day][currency] = now - was
            was = now
    level: dict[str, Decimal] = defaultdict(Decimal)
    ever = False
    for day, change in sorted(changes.items()):
        active = any(level.values())
        for currency, amount in change.items():
            level[currency] += amount
        if not active:
            kind = "reactivation" if ever else "new"
        elif not any(level.values()):
            kind = "churn"
        else:
            total = sum(rates.convert(amount, currency, day) for currency, amount in change.items())
            kind = "expansion" if total > 0 else "contraction"
        ever = True
        for currency, amount in sorted(change.items()):
            yield Movement(customer, day, currency, kind, amount, rates.convert(amount, currency, day))


def _fx_of(
    customer: str,
    by_currency: Mapping[str, list[tuple[dt.date, Decimal]]],
    own: Iterable[Movement],
    rates: Rates,
    last_day: dt.date,
) -> Iterator[Movement]:
    for currency, steps in by_currency.items():
        opening = Decimal(0)
        for end in month_ends(steps[0][0], last_day):
            closing = rates.convert(mrr_at(steps, end), currency, end)
            month = (end.year, end.month)
            moved = sum(m.reporting for m in own if m.currency == currency and (m.day.year, m.day.month) == month)
            if closing - opening - moved:
                yield Movement(customer, end, currency, "fx", Decimal(0), closing - opening - moved)
            opening = closing


# ---------------------------------------------------------------- months


@dataclass
class Bridge:
    """From the opening to the closing MRR of a month. Contraction and churn are positive, fx is signed."""

    opening: Decimal = Decimal(0)
    new: Decimal = Decimal(0)
    expansion: Decimal = Decimal(0)
    contraction: Decimal = Decimal(0)
    churn: Decimal = Decimal(0)
    reactivation: Decimal = Decimal(0)
    fx: Decimal = Decimal(0)
    closing: Decimal = Decimal(0)

    def add(self, kind: str, amount: Decimal) -> None:
        """Add a movement with its sign."""
        setattr(self, kind, getattr(self, kind) + (-amount if kind in ("contraction", "churn") else amount))

    def gap(self) -> Decimal:
        """By how much the bridge does not add up."""
        plus = self.opening + self.new + self.expansion + self.reactivation + self.fx
        return plus - self.contraction - self.churn - self.closing


@dataclass
class CustomerMonth(Bridge):
    """A customer's month in the reporting currency; retained is the closing MRR at the opening's rates."""

    retained: Decimal | None = None
    gross_retained: Decimal | None = None


@dataclass
class CompanyMonth(Bridge):
    """All customers' month in the reporting currency."""

    opening_customers: int = 0
    new_customers: int = 0
    churned_customers: int = 0
    reactivated_customers: int = 0
    new_and_lost_customers: int = 0
    closing_customers: int = 0
    retained: Decimal = Decimal(0)
    gross_retained: Decimal = Decimal(0)

    @property
    def logo_churn_rate(self) -> Fraction | None:
        """Share of the customers at the opening who are none at the closing."""
        return Fraction(self.churned_customers, self.opening_customers) if self.opening_customers else None

    @property
    def grr(self) -> Fraction | None:
        """Share of the opening MRR that was kept, growth left out."""
        return Fraction(self.gross_retained) / Fraction(self.opening) if self.opening else None

    @property
    def nrr(self) -> Fraction | None:
        """What the opening's customers pay at the closing, as a share of the opening MRR."""
        return Fraction(self.retained) / Fraction(self.opening) if self.opening else None

    @property
    def quick_ratio(self) -> Fraction | None:
        """What came over what went."""
        lost = self.churn + self.contraction
        return Fraction(self.new + self.expansion + self.reactivation) / Fraction(lost) if lost else None


def customer_months(
    days: Steps, moves: Iterable[Movement], rates: Rates, last_day: dt.date
) -> dict[tuple[str, dt.date], CustomerMonth]:
    """(customer, month end) -> its bridge, from the customer's first movement to the last day."""
    found: dict[tuple[str, dt.date], CustomerMonth] = {}
    for customer, by_currency in days.items():
        opening: Decimal | None = None
        previous_end: dt.date | None = None
        for end in month_ends(min(steps[0][0] for steps in by_currency.values()), last_day):
            levels = {currency: mrr_at(steps, end) for currency, steps in by_currency.items()}
            month = CustomerMonth(opening=opening or Decimal(0))
            month.closing = sum((rates.convert(v, c, end) for c, v in levels.items()), Decimal(0))
            if opening and previous_end:
                month.retained = sum((rates.convert(v, c, previous_end) for c, v in levels.items()), Decimal(0))
                month.gross_retained = min(opening, month.retained)
            found[customer, end] = month
            opening, previous_end = month.closing, end
    for move in moves:
        found[move.customer, month_ends(move.day, last_day)[0]].add(move.kind, move.reporting)
    return found


def company_months(
    customers: Mapping[tuple[str, dt.date], CustomerMonth], moves: Iterable[Movement], last_day: dt.date
) -> dict[dt.date, CompanyMonth]:
    """Month end -> the bridge of all customers together, with counts."""
    first = min(end for _, end in customers)
    found = {end: CompanyMonth() for end in month_ends(first, last_day)}
    newcomers = {(m.customer, month_ends(m.day, last_day)[0]) for m in moves if m.kind == "new"}
    for (customer, end), month in customers.items():
        total, newcomer = found[end], (customer, end) in newcomers
        for name in ("opening", *KINDS, "closing"):
            setattr(total, name, getattr(total, name) + getattr(month, name))
        total.retained += month.retained or 0
        total.gross_retained += month.gross_retained or 0
        total.opening_customers += month.opening > 0
        total.closing_customers += month.closing > 0
        total.churned_customers += month.opening > 0 and not month.closing
        total.new_customers += newcomer and month.closing > 0
        total.new_and_lost_customers += newcomer and not month.closing
        total.reactivated_customers += not newcomer and not month.opening and month.closing > 0
    return found


def currency_months(days: Steps, moves: Iterable[Movement], last_day: dt.date) -> dict[tuple[dt.date, str], Bridge]:
    """(month end, currency) -> the bridge in the currency's own money, from its first movement to the last day."""
    found: dict[tuple[dt.date, str], Bridge] = {}
    series: dict[str, list[list[tuple[dt.date, Decimal]]]] = defaultdict(list)
    for by_currency in days.values():
        for currency, steps in by_currency.items():
            series[currency].append(steps)
    for currency, all_steps in series.items():
        opening = Decimal(0)
        for end in month_ends(min(steps[0][0] for steps in all_steps), last_day):
            closing = sum((mrr_at(steps, end) for steps in all_steps), Decimal(0))
            found[end, currency] = Bridge(opening=opening, closing=closing)
            opening = closing
    for move in moves:
        found[month_ends(move.day, last_day)[0], move.currency].add(move.kind, move.amount)
    return found


# ---------------------------------------------------------------- RFM


@dataclass
class Buyer:
    """A customer's purchases, and their scores."""

    last: dt.date
    frequency: int = 0
    monetary: Decimal = Decimal(0)
    recency: int = 0
    scores: tuple[int, int, int] = (0, 0, 0)


@dataclass
class Purchase:
    """What was paid on one invoice (or by one charge without an invoice) and what was given back of it."""

    payer: str
    currency: str
    paid: list[tuple[dt.datetime, int]] = field(default_factory=list)
    back: int = 0

    @property
    def first(self) -> dt.datetime:
        """When it was first paid."""
        return min(moment for moment, _ in self.paid)

    @property
    def net(self) -> int:
        """What is left of it, smallest units."""
        return sum(amount for _, amount in self.paid) - self.back


def purchases(books: Books) -> dict[str, Purchase]:
    """Invoice or charge -> what was paid. Charges tell it; what they do not explain, the invoice does."""
    found: dict[str, Purchase] = {}
    bills = {row["id"]: row for row in books["invoice"]}
    charges = [row for row in books["charge"] if _is_payment(row)]
    homes = _homes(charges, bills, books)
    for charge in charges:
        payer = charge["customer_id"] or bills.get(homes[charge["id"]], {}).get("customer_id")
        purchase = found.setdefault(homes[charge["id"]], Purchase(payer, charge["currency"]))
        purchase.paid.append((charge["created"], charge["amount"]))
    for bill in bills.values():
        known, settled = books.was_delivered(bill), _settled(bill, books)
        if bill["status"].lower() not in FINAL:
            continue
        if settled:
            says = bill["amount_paid"] or 0
            if bill["total"] is not None:
                says = bill["total"] - (bill["pre_payment_credit_notes_amount"] or 0)
        else:
            says = (bill["amount_paid"] or 0) if known and not _says_paid(bill) else 0
        purchase = found.get(bill["id"], Purchase(bill["customer_id"], bill["currency"]))
        rest = says - sum(amount for _, amount in purchase.paid)
        if rest > 0:
            purchase.paid.append((settled or bill["created"], rest))
            found[bill["id"]] = purchase
    _give_back(books, found, charges, homes, bills)
    return {key: purchase for key, purchase in found.items() if purchase.paid}


def _is_payment(charge: Row) -> bool:
    held = charge.get("captured") is not None and not as_flag(charge["captured"])
    return charge["status"].lower() == "succeeded" and charge["amount"] > 0 and not held


def _says_paid(bill: Row) -> bool:
    return bill["status"].lower() == "paid" or as_flag(bill.get("paid"))


def _settled(bill: Row, books: Books) -> dt.datetime | None:
    """When an invoice was paid, as far as it was known on the last day."""
    if not _says_paid(bill) or bill["status"].lower() not in FINAL:
        return None
    if at := bill.get("status_transitions_paid_at"):
        return at if at < books.end else None
    return bill["created"] if books.was_delivered(bill) else None


def _homes(charges: list[Row], bills: Mapping[str, Row], books: Books) -> dict[str, str]:
    """Charge -> its invoice, else itself. A charge that names none may be of one that was paid as much within a day."""
    homes = {charge["id"]: charge["invoice_id"] or charge["id"] for charge in charges}
    charged = {charge["invoice_id"] for charge in charges}
    near: list[tuple[float, str, str]] = []
    by_payer = _by_payer(bills)
    for charge in (charge for charge in charges if not charge["invoice_id"]):
        for bill in by_payer[charge["customer_id"]]:
            at = _settled(bill, books)
            says = bill["amount_paid"] if bill["amount_paid"] is not None else bill["total"]
            alike = (charge["customer_id"], charge["currency"], charge["amount"])
            if at is None or bill["id"] in charged or alike != (bill["customer_id"], bill["currency"], says):
                continue
            away = abs((charge["created"] - at).total_seconds())
            if away <= 86400:
                near.append((away, charge["id"], bill["id"]))
    for away, charge_id, bill_id in near:
        best_bill = min((a, b) for a, c, b in near if c == charge_id)
        best_charge = min((a, c) for a, c, b in near if b == bill_id)
        if best_bill == (away, bill_id) and best_charge == (away, charge_id):
            homes[charge_id] = bill_id
    return homes


def _by_payer(bills: Mapping[str, Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for bill in bills.values():
        found[bill["customer_id"]].append(bill)
    return found


def _give_back(
    books: Books,
    found: Mapping[str, Purchase],
    charges: list[Row],
    homes: Mapping[str, str],
    bills: Mapping[str, Row],
) -> None:
    """Refunds, credit notes after the payment and invoices below zero, each once."""
    refunds: dict[str, list[Row]] = defaultdict(list)
    for refund in books["refund"]:
        refunds[refund["charge_id"]].append(refund)
    cash: dict[str, int] = defaultdict(int)
    says_refunded: set[str] = set()
    for charge in charges:
        own = refunds[charge["id"]]
        state = {row["id"]: (row.get("status") or "succeeded").lower() for row in own}
        sure = sum(row["amount"] for row in own if state[row["id"]] == "succeeded")
        on_its_way = sum(row["amount"] for row in own if state[row["id"]] not in ("failed", "canceled"))
        told = 0
        if books.was_delivered(charge):
            told = min(charge["amount_refunded"] or 0, charge["amount"])
            if as_flag(charge.get("refunded")):
                told = charge["amount"]
        back = sure + max(0, told - on_its_way)
        found[homes[charge["id"]]].back += back
        cash[homes[charge["id"]]] += back
        if told:
            says_refunded.add(homes[charge["id"]])
    paid_refunds = {row["id"] for charge in charges for row in refunds[charge["id"]]}
    noted: dict[str, int] = defaultdict(int)
    noted_cash: dict[str, int] = defaultdict(int)
    for note in books["credit_note"]:
        purchase = found.get(note["invoice_id"])
        if purchase is None or (note["voided_at"] and note["voided_at"] < books.end):
            continue
        kind, refund = (note.get("type") or "").lower(), note.get("refund_id")
        if kind == "pre_payment" or (kind != "post_payment" and note["created"] < purchase.first):
            continue
        noted[note["invoice_id"]] += note["amount"]
        if refund in paid_refunds or (refund and note["invoice_id"] in says_refunded):
            noted_cash[note["invoice_id"]] += note["amount"]
        else:
            purchase.back += note["amount"]
    for ident, bill in bills.items():
        if ident in found and books.was_delivered(bill):
            told = (bill["post_payment_credit_notes_amount"] or 0) - noted[ident]
            found[ident].back += max(0, told - max(0, cash[ident] - noted_cash[ident]))
    by_payer = _by_payer(bills)
    for bill in bills.values():
        if bill["status"].lower() in FINAL and (bill["total"] or 0) < 0:
            earlier = [
                (
                    other["subscription_id"] is not None and other["subscription_id"] == bill["subscription_id"],
                    other["created"],
                    other["id"],
                )
                for other in by_payer[bill["customer_id"]]
                if other["currency"] == bill["currency"]
                and other["status"].lower() in FINAL
                and (other["total"] or 0) > 0
                and other["created"] <= bill["created"]
            ]
            best = max((each[:2] for each in earlier), default=None)
            if best and (target := min(each[2] for each in earlier if each[:2] == best)) in found:
                found[target].back -= bill["total"]


def rfm(books: Books, owners: Mapping[str, str], rates: Rates) -> dict[str, Buyer]:
    """Customer -> recency, frequency, monetary value and their scores, of those who bought something."""
    buyers: dict[str, Buyer] = {}
    for purchase in purchases(books).values():
        if purchase.net <= 0 or purchase.payer not in owners:
            continue
        day = books.day(purchase.first)
        buyer = buyers.setdefault(owners[purchase.payer], Buyer(day))
        buyer.last = max(buyer.last, day)
        buyer.frequency += 1
        amount = purchase.net * books.minor_units[purchase.currency]
        buyer.monetary += rates.convert(amount, purchase.currency, day)
    for buyer in buyers.values():
        buyer.recency = (books.last_day - buyer.last).days
    by_recency = sorted(-buyer.recency for buyer in buyers.values())
    by_frequency = sorted(buyer.frequency for buyer in buyers.values())
    by_money = sorted(buyer.monetary for buyer in buyers.values())
    for buyer in buyers.values():
        buyer.scores = (
            _score(by_recency, -buyer.recency),
            _score(by_frequency, buyer.frequency),
            _score(by_money, buyer.monetary),
        )
    return buyers


def _score(in_order: list[Any], value: Any) -> int:
    """1 to 5, by how many have a smaller value."""
    smaller = bisect_right(in_order, value, key=None) - in_order.count(value)
    return min(5, 1 + 5 * smaller // len(in_order))
