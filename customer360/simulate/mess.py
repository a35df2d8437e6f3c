"""How often reality departs from the tools' manuals: one dataclass, one rate a kind.

Rates are shares of the things named in the comment. `scaled(0)` is a clean company, `scaled(2)` one twice as bad.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Mess:
    """All rates."""

    # --- who is who: shares of companies or of a tool's records of them
    odd_spelling: float = 0.55  # records whose name is spelled in a way of its own (legal form, case, typo ...)
    accented_name: float = 0.14  # companies with a non-ASCII name
    ampersand_name: float = 0.06  # companies called "A & B ..."
    second_domain: float = 0.12  # companies with another mail domain (acme.io, acme-group.com)
    crm_duplicate: float = 0.04  # companies with a second CRM account
    crm_merged: float = 0.40  # of those duplicates, merged away later
    crm_deleted: float = 0.014  # companies with a junk CRM account that was deleted
    no_crm_account: float = 0.02  # paying companies that sales never entered
    stripe_duplicate: float = 0.025  # paying companies with a second billing customer (another department)
    zendesk_duplicate: float = 0.02  # organisations entered twice
    subsidiary: float = 0.035  # companies that are a subsidiary of another one
    subsidiary_shares_domain: float = 0.40  # of those, share the parent's mail domain
    generic_twin: float = 0.016  # companies with the very name of an unrelated one elsewhere
    case_twin_id: float = 0.01  # CRM ids that differ from another one by the case of a letter
    unlinkable: float = 0.008  # product accounts under a project name, without domain, id or phone
    missing_metadata: float = 0.25  # billing customers without the CRM id
    missing_external_id: float = 0.40  # help-desk organisations without the CRM id
    missing_product_crm_id: float = 0.30  # product accounts without the CRM id
    short_id: float = 0.35  # references to a CRM id in its 15-character form
    free_mail: float = 0.05  # people known by a private address
    role_address: float = 0.22  # billing customers with billing@ and the like
    free_mail_billing: float = 0.03  # billing customers with a private address
    placeholder_phone: float = 0.03  # phones that are none
    missing_phone: float = 0.25  # records without a phone
    missing_website: float = 0.12  # CRM accounts without a website
    no_domain_name: float = 0.15  # organisations without a mail domain
    odd_text: float = 0.03  # names and subjects with quotes, line breaks, SQL, Jinja, HTML
    deleted_people: float = 0.01  # contacts deleted or merged away
    deleted_payer: float = 0.12  # customers that left, whose billing customer was deleted later
    deleted_account: float = 0.08  # of the others, those whose CRM records were
    deleted_everywhere: float = 0.25  # customers that left and never used the product, deleted in every tool
    requester_deleted: float = 0.006  # people in the help desk who were deleted for good: no row is left of them
    respondent_deleted: float = 0.006  # the same in the survey tool
    # --- the help desk
    agent_left: float = 0.25  # agents who left: end-users of today, locked out or inactive
    schedule_moved: float = 0.03  # tickets that were put on the other team's schedule later
    same_second: float = 0.05  # solutions with another change of the status in the same second
    # --- delivery: shares of rows
    redelivered: float = 0.004  # rows delivered twice
    late: float = 0.006  # append rows that come days after the event
    odd_zone: float = 0.06  # of the times in text columns, written with an offset
    # --- rows that cannot be used: extra rows, as shares of the table they are added to
    missing_id: float = 0.0008
    missing_value: float = 0.0008
    unparseable_date: float = 0.0012
    unparseable_amount: float = 0.0012
    unparseable_number: float = 0.0008
    unknown_currency: float = 0.0010
    future_date: float = 0.0008
    orphan: float = 0.0012
    out_of_range: float = 0.0030  # of survey answers
    # --- billing oddities: shares of invoices
    draft_invoice: float = 0.004
    void_invoice: float = 0.005
    # --- how discounts are delivered: shares of paying customers
    invoice_discount: float = 0.20  # once for the invoice, not for its lines
    loader_words: float = 0.30  # of lines, in the words and capitals of a loader
    wire_payment: float = (
        0.4  # customers paying by transfer whose transfers never come to the tool: no charge, only "paid"
    )

    def scaled(self, scale: float) -> Mess:
        """All rates times a factor, one at most."""
        return Mess(**{f.name: min(1.0, getattr(self, f.name) * scale) for f in fields(self)})
