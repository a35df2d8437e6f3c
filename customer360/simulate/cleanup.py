"""Somebody tidies up: records of customers that have left are deleted in their tools, weeks after the last revenue.

What the tools know of them goes, what happened does not: truth/ still has their revenue, and so must the marts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from customer360.simulate.clock import DAY, HOUR, Months
from customer360.simulate.company import Customer
from customer360.simulate.dice import Dice
from customer360.simulate.mess import Mess
from customer360.simulate.recorder import Recorder, changed

#: The tables whose records are deleted, by the kind of cleaning up.
TABLES = {
    "deleted_payer": ("stripe.customer",),
    "deleted_account": ("salesforce.account", "salesforce.contact"),
    "deleted_everywhere": ("stripe.customer", "salesforce.account", "salesforce.contact", "zendesk.organization"),
}


def clean_up(rec: Recorder, customers: Sequence[Customer], months: Months, dice: Dice, mess: Mess) -> None:
    """Delete records of customers that had left for good by the end of the months."""
    records: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for known in ("truth.source_records", "truth.people_records"):
        for _, (system, table, ident, true_id, *_), _, _ in rec.rows.get(known, ()):
            records[true_id][f"{system}.{table}"].add(ident)
    for c in customers:
        luck, days = dice.u(), dice.integer(20, 150)
        if not c.paid:
            continue
        gone = max(c.paid[-1][1], *(end for _, end in c.lives)) // DAY * DAY + days * DAY + 10 * HOUR
        if gone >= months.end:
            continue
        # the product deletes nobody, so only whom it does not know is deleted everywhere
        kind = "deleted_everywhere"
        if c.has_usage or luck >= mess.deleted_everywhere:
            kind = "deleted_payer" if luck < mess.deleted_payer else "deleted_account"
            if luck >= mess.deleted_payer + mess.deleted_account:
                continue
        rec.count(kind)
        for table in TABLES[kind]:
            _delete(rec, table, records[c.company.true_id][table], gone)


def _delete(rec: Recorder, table: str, idents: set[str], gone: int) -> None:
    """Rows of a table, deleted at a time after which nothing changes them any more; those deleted before stay so."""
    if table == "zendesk.organization":
        deleted = changed(table, gone, _fivetran_deleted=True, updated_at=gone)
    elif table == "stripe.customer":
        deleted = changed(table, gone, is_deleted=True)
    else:
        deleted = changed(table, gone, is_deleted=True, system_modstamp=gone)
    flag = deleted[1][0][0]
    for place, (t, values, changes, late) in enumerate(rec.rows.get(table, ())):
        if values[0] in idents and t < gone:
            before = [each for each in changes or () if each[0] < gone]
            if not any(column == flag for _, updates in before for column, _ in updates):
                rec.rows[table][place] = (t, values, [*before, deleted], late)
