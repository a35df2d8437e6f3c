"""Layout of every file that the simulator writes: columns, types, kind of table, key.

The raw part repeats the contract in `models/staging/<tool>/_<tool>__sources.yml` (a test compares the two), so that
the simulator runs without dbt. One head line a table: `<tool>.<table> <kind> <key columns> <created column>`, then
`column:type` with s text, t timestamp, b boolean, i integer, d decimal; `*` marks a required column. The place of a
table in the list seeds its order and redeliveries: a new one goes to the end.
"""

from __future__ import annotations

from dataclasses import dataclass

LAYOUT = """
salesforce.account upsert id created_date
  id:s* name:s* created_date:t* is_deleted:b master_record_id:s parent_id:s owner_id:s type:s industry:s
  number_of_employees:i annual_revenue:d phone:s fax:s website:s account_number:s billing_street:s
  billing_city:s billing_state:s billing_postal_code:s billing_country:s last_activity_date:t last_modified_date:t
  system_modstamp:t _fivetran_synced:t
salesforce.contact upsert id created_date
  id:s* account_id:s created_date:t* last_modified_date:t system_modstamp:t is_deleted:b master_record_id:s
  first_name:s last_name:s name:s email:s phone:s mobile_phone:s title:s department:s owner_id:s
  has_opted_out_of_email:b email_bounced_date:t contact_role_c:s _fivetran_synced:t
salesforce.opportunity upsert id created_date
  id:s* account_id:s name:s amount:d currency_iso_code:s type:s stage_name:s probability:d forecast_category:s
  is_closed:b is_won:b is_deleted:b close_date:t created_date:t* last_modified_date:t system_modstamp:t
  owner_id:s lead_source:s _fivetran_synced:t
salesforce.user upsert id -
  id:s* name:s first_name:s last_name:s email:s is_active:b title:s department:s manager_id:s
  time_zone_sid_key:s last_modified_date:t system_modstamp:t _fivetran_deleted:b _fivetran_synced:t
salesforce.task upsert id created_date
  id:s* account_id:s who_id:s what_id:s owner_id:s subject:s type:s task_subtype:s status:s priority:s
  is_closed:b is_deleted:b activity_date:t created_date:t* completed_date_time:t call_duration_in_seconds:i
  call_disposition:s last_modified_date:t system_modstamp:t _fivetran_synced:t
salesforce.event upsert id created_date
  id:s* account_id:s who_id:s what_id:s owner_id:s subject:s type:s event_subtype:s start_date_time:t
  end_date_time:t duration_in_minutes:i is_deleted:b created_date:t* last_modified_date:t
  system_modstamp:t _fivetran_synced:t
salesforce.email_message append id created_date
  id:s* parent_id:s related_to_id:s activity_id:s created_date:t* message_date:t incoming:b from_address:s
  to_address:s subject:s status:s has_attachment:b reply_to_email_message_id:s thread_identifier:s is_deleted:b
  last_modified_date:t system_modstamp:t _fivetran_synced:t
stripe.customer upsert id created
  id:s* created:t* name:s email:s phone:s description:s currency:s delinquent:b is_deleted:b address_line_1:s
  address_city:s address_postal_code:s address_state:s address_country:s tax_info_tax_id:s tax_info_type:s
  tax_info_verification_status:s metadata:s livemode:b _fivetran_synced:t
stripe.product upsert id created
  id:s* name:s* active:b is_deleted:b created:t type:s description:s metadata:s livemode:b
  _fivetran_synced:t
stripe.plan upsert id created
  id:s* product_id:s nickname:s amount:i currency:s* interval:s* interval_count:i* trial_period_days:i
  usage_type:s active:b is_deleted:b created:t livemode:b _fivetran_synced:t
stripe.price upsert id created
  id:s* product_id:s nickname:s unit_amount:i currency:s type:s recurring_interval:s recurring_interval_count:i
  recurring_usage_type:s active:b is_deleted:b created:t livemode:b _fivetran_synced:t
stripe.subscription upsert id created
  id:s* customer_id:s* status:s* created:t* start_date:t current_period_start:t current_period_end:t cancel_at:t
  cancel_at_period_end:b canceled_at:t ended_at:t trial_start:t trial_end:t quantity:i metadata:s
  pause_collection_behavior:s pause_collection_resumes_at:t livemode:b _fivetran_synced:t
stripe.subscription_history history id,_fivetran_synced created
  id:s* customer_id:s* status:s* created:t* start_date:t current_period_start:t current_period_end:t cancel_at:t
  cancel_at_period_end:b canceled_at:t ended_at:t trial_start:t trial_end:t quantity:i metadata:s
  pause_collection_behavior:s pause_collection_resumes_at:t livemode:b _fivetran_active:b _fivetran_synced:t*
stripe.subscription_item upsert id created
  id:s* subscription_id:s* plan_id:s quantity:i created:t metadata:s price_id:s
  _fivetran_synced:t
stripe.invoice upsert id created
  id:s* customer_id:s* subscription_id:s number:s status:s* currency:s* created:t* due_date:t period_start:t
  period_end:t amount_due:i amount_paid:i amount_remaining:i subtotal:i tax:i total:i billing_reason:s paid:b
  attempt_count:i pre_payment_credit_notes_amount:i post_payment_credit_notes_amount:i is_deleted:b metadata:s
  status_transitions_paid_at:t livemode:b _fivetran_synced:t
stripe.invoice_line_item append invoice_id,id -
  id:s* invoice_id:s* type:s description:s amount:i* currency:s* quantity:i plan_id:s subscription_id:s
  subscription_item_id:s proration:b period_start:t* period_end:t* metadata:s unique_id:s unique_line_item_id:s
  price_id:s invoice_item_id:s discountable:b livemode:b _fivetran_synced:t
stripe.charge upsert id created
  id:s* invoice_id:s customer_id:s amount:i* amount_refunded:i currency:s* created:t* status:s* paid:b
  captured:b refunded:b failure_code:s failure_message:s description:s livemode:b _fivetran_synced:t
stripe.refund append id created
  id:s* charge_id:s* amount:i* currency:s* created:t* status:s reason:s _fivetran_synced:t
stripe.coupon upsert id created
  id:s* name:s percent_off:d amount_off:i currency:s duration:s duration_in_months:i valid:b created:t
  livemode:b _fivetran_synced:t
stripe.discount append id -
  id:s* type:s type_id:s amount:i coupon_id:s customer_id:s invoice_id:s invoice_item_id:s subscription_id:s
  start:t end:t _fivetran_synced:t
stripe.credit_note upsert id created
  id:s* invoice_id:s* refund_id:s amount:i* currency:s* created:t* status:s type:s reason:s discount_amount:i
  subtotal:i total:i voided_at:t livemode:b _fivetran_synced:t
zendesk.organization upsert id created_at
  id:s* name:s* external_id:s created_at:t* updated_at:t details:s notes:s _fivetran_deleted:b
  _fivetran_synced:t
zendesk.domain_name append organization_id,index -
  organization_id:s* index:i* domain_name:s* _fivetran_synced:t
zendesk.user upsert id created_at
  id:s* organization_id:s name:s email:s phone:s role:s external_id:s active:b suspended:b time_zone:s
  created_at:t* updated_at:t last_login_at:t _fivetran_synced:t
zendesk.ticket upsert id created_at
  id:s* requester_id:s submitter_id:s assignee_id:s organization_id:s group_id:s subject:s description:s
  status:s priority:s type:s via_channel:s merged_ticket_ids:s followup_ids:s created_at:t* updated_at:t
  due_at:t _fivetran_synced:t
zendesk.ticket_comment append id created
  id:s* ticket_id:s* user_id:s created:t* public:b body:s _fivetran_synced:t
zendesk.ticket_field_history append ticket_id,field_name,updated,value updated
  ticket_id:s* field_name:s* updated:t* value:s user_id:s _fivetran_synced:t
zendesk.schedule upsert id,start_time created_at
  id:s* name:s time_zone:s* start_time:i* end_time:i* created_at:t _fivetran_deleted:b _fivetran_synced:t
zendesk.schedule_holiday upsert id -
  id:s* schedule_id:s* name:s start_date:t* end_date:t* _fivetran_deleted:b _fivetran_synced:t
zendesk.satisfaction_rating upsert id created_at
  id:s* ticket_id:s* requester_id:s assignee_id:s group_id:s score:s* comment:s reason:s created_at:t*
  updated_at:t _fivetran_synced:t
wootric.responses upsert id created_at
  id:s* end_user_id:s survey_id:s* score:i* text:s created_at:t* updated_at:t completed:b
  excluded_from_calculations:b origin_url:s tags:s _fivetran_synced:t
wootric.declines append id created_at
  id:s* end_user_id:s survey_id:s created_at:t* updated_at:t _fivetran_synced:t
wootric.end_users upsert id created_at
  id:s* email:s created_at:t* updated_at:t external_created_at:t last_surveyed:t last_seen_at:t properties:s
  _fivetran_synced:t
pendo.account_history history id,last_updated_at first_visit
  id:s* last_updated_at:t* first_visit:t last_visit:t agent_name:s agent_creationdate:t agent_is_paying:b
  agent_planlevel:s agent_salesforceaccountid:s _fivetran_synced:t
pendo.visitor_history history id,last_updated_at first_visit
  id:s* last_updated_at:t* account_id:s agent_email:s agent_full_name:s agent_role:s first_visit:t last_visit:t
  _fivetran_synced:t
pendo.event append _fivetran_id timestamp
  _fivetran_id:s* account_id:s visitor_id:s* timestamp:t* app_id:s page_id:s num_events:i* num_minutes:i
  _fivetran_synced:t
pendo.feature_history history id,last_updated_at created_at
  id:s* last_updated_at:t* name:s app_id:s created_at:t is_core_event:b _fivetran_synced:t
pendo.feature_event append _fivetran_id timestamp
  _fivetran_id:s* feature_id:s* account_id:s visitor_id:s* timestamp:t* app_id:s num_events:i* num_minutes:i
  _fivetran_synced:t
pendo.guide_history history id,last_updated_at created_at
  id:s* last_updated_at:t* name:s state:s is_training:b is_multi_step:b launch_method:s published_at:t
  created_at:t _fivetran_synced:t
pendo.guide_event append _fivetran_id timestamp
  _fivetran_id:s* guide_id:s* guide_step_id:s account_id:s visitor_id:s* timestamp:t* app_id:s type:s*
  _fivetran_synced:t
truth.source_records truth source_system,source_table,source_id -
  source_system:s source_table:s source_id:s true_customer_id:s linkable:b
truth.people_records truth source_system,source_table,source_id -
  source_system:s source_table:s source_id:s true_customer_id:s true_person_id:s
truth.mrr_months truth true_customer_id,month_end -
  true_customer_id:s month_end:D currency:s mrr:m mrr_reporting:m
truth.churn truth true_customer_id,churn_date -
  true_customer_id:s churn_date:D reason:s cause:s
truth.churn_probability truth true_customer_id,month_end -
  true_customer_id:s month_end:D p_30d:d p_90d:d
truth.customers truth true_customer_id -
  true_customer_id:s name:s parent_true_customer_id:s kind:s start_date:D plan:s seats:i currency:s country:s
  fit:d price_sensitivity:d support_need:d payment_quality:d responsiveness:d has_usage_feed:b has_help_desk:b
truth.mess truth kind -
  kind:s rate:d planted:i
training.session upsert id created_at
  id:s* title:s starts_at:t* duration_minutes:i kind:s created_at:t* _fivetran_synced:t
training.registration upsert id registered_at
  id:s* session_id:s* email:s* registered_at:t* attended:b watched_share:d completed:b _fivetran_synced:t
status.component upsert id created_at
  id:s* name:s created_at:t _fivetran_synced:t
status.incident upsert id started_at
  id:s* component_id:s* started_at:t* resolved_at:t impact:s* title:s _fivetran_synced:t
status.incident_customer append incident_id,account_id -
  incident_id:s* account_id:s* _fivetran_synced:t
truth.payments truth invoice_id,paid_at,means -
  true_customer_id:s invoice_id:s paid_at:t means:s currency:s amount:m
zendesk.ticket_schedule append ticket_id,created_at created_at
  ticket_id:s* created_at:t* schedule_id:s* _fivetran_synced:t
zendesk.time_zone upsert time_zone -
  time_zone:s* standard_offset:s* _fivetran_synced:t
zendesk.daylight_time upsert time_zone,year -
  time_zone:s* year:i* daylight_start_utc:t* daylight_end_utc:t* daylight_offset:d* _fivetran_synced:t
zendesk.audit_log append id created_at
  id:s* action:s actor_id:s change_description:s created_at:t* source_id:s source_label:s source_type:s
  _fivetran_synced:t
truth.staff truth user_id -
  user_id:s*
truth.replies truth comment_id -
  comment_id:s* ticket_id:s* user_id:s* replied_at:t*
"""

#: Columns in which a planted oddity is text that does not fit the column's type (or carries a zone suffix).
#: They are text in CSV and in Parquet alike, so that both carry exactly the same information.
TEXT_COLUMNS = frozenset(
    {
        ("salesforce", "account", "created_date"),
        ("salesforce", "contact", "created_date"),
        ("salesforce", "opportunity", "amount"),
        ("salesforce", "email_message", "message_date"),
        ("stripe", "invoice", "created"),
        ("stripe", "invoice_line_item", "amount"),
        ("stripe", "invoice_line_item", "period_end"),
        ("stripe", "charge", "amount"),
        ("zendesk", "ticket", "created_at"),
        ("zendesk", "ticket_comment", "created"),
        ("wootric", "responses", "created_at"),
        ("pendo", "guide_event", "timestamp"),
    }
)

#: Facts that a tool overwrites without keeping a history: (tool, table, column, reason).
OVERWRITTEN = (
    ("salesforce", "account", "owner_id", "accounts are handed from one owner to the next"),
    ("salesforce", "account", "type", "Prospect becomes Customer, then perhaps Former Customer"),
    ("salesforce", "account", "industry", "somebody tidies up the CRM"),
    ("salesforce", "account", "number_of_employees", "yearly refresh from a data vendor"),
    ("salesforce", "account", "annual_revenue", "yearly refresh from a data vendor"),
    ("salesforce", "account", "last_activity_date", "moves with every activity"),
    ("salesforce", "account", "system_modstamp", "last change by anyone"),
    ("salesforce", "account", "is_deleted", "merged or deleted"),
    ("salesforce", "account", "master_record_id", "merged"),
    ("salesforce", "contact", "email_bounced_date", "the person left"),
    ("salesforce", "contact", "has_opted_out_of_email", "opt-out"),
    ("salesforce", "contact", "last_modified_date", "last change by a person"),
    ("salesforce", "contact", "system_modstamp", "last change by anyone"),
    ("salesforce", "contact", "is_deleted", "merged or deleted"),
    ("salesforce", "contact", "master_record_id", "merged"),
    ("salesforce", "opportunity", "stage_name", "moves through the funnel"),
    ("salesforce", "opportunity", "probability", "follows the stage"),
    ("salesforce", "opportunity", "forecast_category", "follows the stage"),
    ("salesforce", "opportunity", "is_closed", "follows the stage"),
    ("salesforce", "opportunity", "is_won", "follows the stage"),
    ("salesforce", "opportunity", "amount", "negotiated"),
    ("salesforce", "opportunity", "close_date", "expected date gives way to the actual one"),
    ("salesforce", "opportunity", "last_modified_date", "last change by a person"),
    ("salesforce", "opportunity", "system_modstamp", "last change by anyone"),
    ("salesforce", "task", "status", "done or not yet"),
    ("salesforce", "task", "is_closed", "done or not yet"),
    ("salesforce", "task", "completed_date_time", "done or not yet"),
    ("salesforce", "task", "call_duration_in_seconds", "known after the call"),
    ("salesforce", "task", "call_disposition", "known after the call"),
    ("salesforce", "task", "system_modstamp", "last change by anyone"),
    ("salesforce", "event", "is_deleted", "called off"),
    ("salesforce", "event", "system_modstamp", "last change by anyone"),
    ("stripe", "customer", "delinquent", "latest invoice unpaid"),
    ("stripe", "customer", "is_deleted", "deleted"),
    ("stripe", "subscription_item", "plan_id", "plan change"),
    ("stripe", "subscription_item", "quantity", "seats change"),
    ("stripe", "invoice", "status", "open, then paid, uncollectible or void"),
    ("stripe", "invoice", "amount_due", "credit notes before payment"),
    ("stripe", "invoice", "amount_paid", "payment"),
    ("stripe", "invoice", "amount_remaining", "payment"),
    ("stripe", "invoice", "paid", "payment"),
    ("stripe", "invoice", "status_transitions_paid_at", "payment"),
    ("stripe", "invoice", "attempt_count", "payment attempts"),
    ("stripe", "invoice", "pre_payment_credit_notes_amount", "credit notes"),
    ("stripe", "invoice", "post_payment_credit_notes_amount", "credit notes"),
    ("stripe", "charge", "amount_refunded", "refunds"),
    ("stripe", "charge", "refunded", "refunds"),
    ("zendesk", "ticket", "status", "ticket_field_history has the past"),
    ("zendesk", "ticket", "priority", "ticket_field_history has the past"),
    ("zendesk", "ticket", "assignee_id", "ticket_field_history has the past"),
    ("zendesk", "ticket", "group_id", "ticket_field_history has the past"),
    ("zendesk", "ticket", "merged_ticket_ids", "another ticket was merged into it"),
    ("zendesk", "ticket", "updated_at", "last change"),
    ("zendesk", "organization", "_fivetran_deleted", "entered twice, removed"),
    ("zendesk", "organization", "updated_at", "last change"),
    ("zendesk", "user", "role", "an agent left"),
    ("zendesk", "user", "active", "an agent left"),
    ("zendesk", "user", "suspended", "an agent left"),
    ("zendesk", "user", "last_login_at", "last login"),
    ("zendesk", "user", "updated_at", "last change"),
    ("zendesk", "satisfaction_rating", "score", "offered, then good or bad"),
    ("zendesk", "satisfaction_rating", "comment", "given with the answer"),
    ("zendesk", "satisfaction_rating", "reason", "given with the answer"),
    ("zendesk", "satisfaction_rating", "updated_at", "last change"),
    ("wootric", "responses", "score", "the person changed the answer"),
    ("wootric", "responses", "text", "the person changed the answer"),
    ("wootric", "responses", "updated_at", "last change"),
    ("wootric", "responses", "excluded_from_calculations", "left out later on purpose"),
    ("wootric", "end_users", "last_surveyed", "last survey"),
    ("wootric", "end_users", "last_seen_at", "last seen"),
    ("wootric", "end_users", "updated_at", "last change"),
    ("training", "registration", "attended", "known when the session is over"),
    ("training", "registration", "watched_share", "known when the session is over"),
    ("training", "registration", "completed", "known when the session is over"),
    ("status", "incident", "resolved_at", "the incident is over"),
)


@dataclass(frozen=True)
class Table:
    """One file: where it lies, what a row is, and its columns in order."""

    tool: str
    name: str
    kind: str  # append | upsert | history | truth
    key: tuple[str, ...]
    created: str | None
    columns: tuple[str, ...]
    types: tuple[str, ...]  # s t b i d, and for the truth files D (date) and m (decimal text)

    @property
    def id(self) -> str:
        """`<tool>.<table>`."""
        return f"{self.tool}.{self.name}"

    def index(self, column: str) -> int:
        """Position of a column."""
        return self.columns.index(column)

    def is_text(self, column: str) -> bool:
        """Whether a typed column is written as text because planted oddities do not fit its type."""
        return (self.tool, self.name, column) in TEXT_COLUMNS


def _parse(layout: str) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    head: list[str] = []
    columns: list[tuple[str, str]] = []

    def flush() -> None:
        if head:
            tool, name = head[0].split(".")
            tables[head[0]] = Table(
                tool,
                name,
                head[1],
                tuple(head[2].split(",")),
                None if head[3] == "-" else head[3],
                tuple(c for c, _ in columns),
                tuple(t.rstrip("*") for _, t in columns),
            )

    for line in layout.strip().splitlines():
        if line.startswith(" "):
            columns.extend(tuple(pair.split(":")) for pair in line.split())  # type: ignore[misc]
        else:
            flush()
            head, columns = line.split(), []
    flush()
    return tables


TABLES: dict[str, Table] = _parse(LAYOUT)
RAW_TABLES = tuple(t for t in TABLES.values() if t.tool != "truth")
#: `subscription_history` is delivered instead of `subscription` (a company gives one of the two); the help desk's zones
#: are those of the IANA database, and its audit log comes with its dearest plan only.
NOT_DELIVERED = frozenset({"stripe.subscription", "zendesk.time_zone", "zendesk.daylight_time", "zendesk.audit_log"})
