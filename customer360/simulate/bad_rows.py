"""Rows that no one can use: extra rows, each with one fault. The truth never needs them.

A bad row copies a good one, gets an id of its own, and then loses its id, a required value or its parent, or has a
date, an amount, a number or a currency that cannot be right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from customer360.simulate.clock import DAY, Months
from customer360.simulate.dice import Dice
from customer360.simulate.ids import IdMaker
from customer360.simulate.mess import Mess
from customer360.simulate.recorder import Recorder
from customer360.simulate.schema import TABLES

BAD_DATES = ("not a date", "2025-13-45", "0000-00-00", "31.02.2025 10:00", "tomorrow")
BAD_AMOUNTS = ("12,3x", "n/a", "EUR 40", "1.2.3", "--")
FUTURE = 1_924_992_000 + 32_000_000  # in January 2032


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one column of a table."""

    kind: str
    table: str
    column: str
    make: Callable[[Dice, IdMaker], Any]


def _none(dice: Dice, ids: IdMaker) -> Any:
    return None


def _unknown(prefix: str) -> Callable[[Dice, IdMaker], Any]:
    return lambda dice, ids: ids.stripe(prefix)


FAULTS = (
    Fault("missing_id", "salesforce.contact", "id", _none),
    Fault("missing_id", "stripe.invoice", "id", _none),
    Fault("missing_id", "zendesk.ticket_comment", "id", _none),
    Fault("missing_id", "wootric.responses", "id", _none),
    Fault("missing_value", "stripe.invoice", "currency", _none),
    Fault("missing_value", "stripe.charge", "status", _none),
    Fault("missing_value", "zendesk.ticket", "status", _none),
    Fault("missing_value", "pendo.guide_event", "type", _none),
    Fault("unparseable_date", "salesforce.account", "created_date", lambda d, i: d.pick(BAD_DATES)),
    Fault("unparseable_date", "salesforce.contact", "created_date", lambda d, i: d.pick(BAD_DATES)),
    Fault("unparseable_date", "stripe.invoice", "created", lambda d, i: d.pick(BAD_DATES)),
    Fault("unparseable_date", "stripe.invoice_line_item", "period_end", lambda d, i: d.pick(BAD_DATES)),
    Fault("unparseable_date", "zendesk.ticket", "created_at", lambda d, i: d.pick(BAD_DATES)),
    Fault("unparseable_date", "zendesk.ticket_comment", "created", lambda d, i: d.pick(BAD_DATES)),
    Fault("unparseable_date", "wootric.responses", "created_at", lambda d, i: d.pick(BAD_DATES)),
    Fault("unparseable_date", "pendo.guide_event", "timestamp", lambda d, i: d.pick(BAD_DATES)),
    Fault("unparseable_amount", "stripe.invoice_line_item", "amount", lambda d, i: d.pick(BAD_AMOUNTS)),
    Fault("unparseable_amount", "stripe.charge", "amount", lambda d, i: d.pick(BAD_AMOUNTS)),
    Fault("unparseable_number", "salesforce.opportunity", "amount", lambda d, i: d.pick(BAD_AMOUNTS)),
    Fault("unknown_currency", "stripe.invoice", "currency", lambda d, i: "xxx"),
    Fault("unknown_currency", "stripe.charge", "currency", lambda d, i: "zzz"),
    Fault("future_date", "salesforce.contact", "created_date", lambda d, i: FUTURE),
    Fault("future_date", "stripe.invoice", "created", lambda d, i: FUTURE),
    Fault("future_date", "zendesk.ticket", "created_at", lambda d, i: FUTURE),
    Fault("future_date", "wootric.responses", "created_at", lambda d, i: FUTURE),
    Fault("orphan", "salesforce.opportunity", "account_id", lambda d, i: i.salesforce("account")),
    Fault("orphan", "stripe.invoice", "customer_id", _unknown("cus")),
    Fault("orphan", "stripe.invoice_line_item", "invoice_id", _unknown("in")),
    Fault("orphan", "stripe.charge", "invoice_id", _unknown("in")),
    Fault("orphan", "zendesk.ticket_comment", "ticket_id", lambda d, i: i.number("ticket")),
    Fault("orphan", "zendesk.ticket_field_history", "ticket_id", lambda d, i: i.number("ticket")),
    Fault("orphan", "zendesk.satisfaction_rating", "ticket_id", lambda d, i: i.number("ticket")),
    Fault("orphan", "pendo.guide_event", "visitor_id", lambda d, i: "v_" + i.row("stranger").lower()[:7]),
    Fault("out_of_range", "wootric.responses", "score", lambda d, i: 11),
    # each fault draws from the same dice: a new one goes to the end
    Fault("missing_value", "training.registration", "email", _none),
    Fault("orphan", "training.registration", "session_id", lambda d, i: i.number("session")),
)

_NEW_ID: dict[str, Callable[[IdMaker], str]] = {
    "salesforce.account": lambda i: i.salesforce("account"),
    "salesforce.contact": lambda i: i.salesforce("contact"),
    "salesforce.opportunity": lambda i: i.salesforce("opportunity"),
    "stripe.invoice": lambda i: i.stripe("in"),
    "stripe.invoice_line_item": lambda i: i.stripe("il"),
    "stripe.charge": lambda i: i.stripe("ch"),
    "zendesk.ticket": lambda i: i.number("ticket"),
    "zendesk.ticket_comment": lambda i: i.number("comment"),
    "zendesk.satisfaction_rating": lambda i: i.number("rating"),
    "wootric.responses": lambda i: i.number("response"),
    "pendo.guide_event": lambda i: i.row("guide"),
    "training.registration": lambda i: i.number("registration"),
}


def plant_bad_rows(rec: Recorder, months: Months, dice: Dice, mess: Mess, ids: IdMaker) -> None:
    """Add every fault at its rate; the first block has each at least once."""
    lengths = {f.table: len(rec.rows.get(f.table, ())) for f in FAULTS}
    for fault in FAULTS:
        rate = getattr(mess, fault.kind)
        n = lengths[fault.table]
        expected = rate * n
        count = int(expected) + (dice.u() < expected % 1)
        if rec.block == 0 and rate > 0:
            count = max(count, 1)
        table = TABLES[fault.table]
        for _ in range(count if n else 0):
            t, values, _, _ = rec.rows[fault.table][int(dice.u() * n)]
            if t >= months.end - DAY:
                t = months.begin + 200 * DAY
            row = list(values)
            if fault.table in _NEW_ID:
                row[0] = _NEW_ID[fault.table](ids)
            row[table.index(fault.column)] = fault.make(dice, ids)
            rec.add_row(fault.table, t, row)
            rec.count(fault.kind)
