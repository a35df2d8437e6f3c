-- Everything dated that touched a customer, from every tool, in one list. Use of the product appears as the first use and
-- the steps of guides: single days of use are in the usage tables.
with opportunities as (
    {{ with_customer('int_opportunities', person_key=none) }}
),

activities as (
    {{ with_customer('int_activities') }}
),

emails as (
    {{ with_customer('int_emails') }}
),

subscriptions as (
    {{ with_customer('int_subscriptions', person_key=none) }}
),

invoices as (
    {{ with_customer('int_invoices', person_key=none) }}
),

payments as (
    {{ with_customer('int_payments', person_key=none) }}
),

credit_notes as (
    {{ with_customer('int_credit_notes', person_key=none) }}
),

tickets as (
    {{ with_customer('int_tickets') }}
),

ticket_status_changes as (
    select
        events.ticket_event_key,
        events.source_system,
        events.occurred_at,
        events.event_value,
        tickets.customer_id,
        tickets.person_id,
        tickets.subject
    from {{ ref('int_ticket_events') }} as events
    inner join tickets
        on events.ticket_key = tickets.ticket_key
    where events.event_kind = 'field_change' and events.field_name = 'status'
),

ticket_ratings as (
    select
        ratings.rating_key,
        ratings.source_system,
        ratings.rated_at,
        ratings.rating,
        tickets.customer_id,
        tickets.person_id,
        tickets.subject
    from {{ ref('int_ticket_ratings') }} as ratings
    inner join tickets
        on ratings.ticket_key = tickets.ticket_key
),

survey_responses as (
    {{ with_customer('int_survey_responses', account_key=none) }}
),

survey_declines as (
    {{ with_customer('int_survey_declines', account_key=none) }}
),

guide_steps as (
    {{ with_customer('int_guide_steps') }}
),

first_uses as (
    select * from {{ ref('int_customer_product') }}
),

accounts as (
    {{ with_customer('int_accounts', account_key='record_key', person_key=none) }}
),

unioned as (
    select
        customer_id, cast(null as {{ dbt.type_string() }}) as person_id, created_at as occurred_at,
        'record_created' as event_type, source_system, record_key as record_key,
        account_name as event_text, cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from accounts
    union all
    select
        -- what the deal was worth when it was opened is overwritten: only the amount it closed with is known to be that day's
        customer_id, person_id, created_at, 'opportunity_opened', source_system, opportunity_key,
        opportunity_name, null, null
    from opportunities
    union all
    select
        customer_id, person_id, cast(close_date as timestamp),
        case when is_won then 'opportunity_won' else 'opportunity_lost' end, source_system, opportunity_key,
        opportunity_name, amount, currency
    from opportunities
    where is_closed
    union all
    select
        customer_id, person_id, occurred_at, 'activity_' || activity_kind, source_system, activity_key,
        subject, null, null
    from activities
    where occurred_at is not null
    union all
    select
        customer_id, person_id, sent_at, case when is_incoming then 'email_received' else 'email_sent' end,
        source_system, email_key, subject, null, null
    from emails
    union all
    select
        customer_id, person_id, started_at, 'subscription_started', source_system, subscription_key, null, null, null
    from subscriptions
    where started_at < {{ as_of_end() }}
    union all
    select
        customer_id, person_id, canceled_at, 'subscription_cancel_requested', source_system, subscription_key,
        null, null, null
    from subscriptions
    where canceled_at is not null
    union all
    select
        customer_id, person_id, ended_at, 'subscription_ended', source_system, subscription_key, null, null, null
    from subscriptions
    where ended_at is not null
    union all
    select
        customer_id, person_id, invoiced_at, 'invoice_sent', source_system, invoice_key, invoice_number, total, currency
    from invoices
    where is_final
    union all
    select
        customer_id, person_id, occurred_at, payment_kind, source_system, payment_key, failure_code, amount, currency
    from payments
    union all
    select
        customer_id, person_id, occurred_at, 'credit_note', source_system, credit_note_key, reason, -amount, currency
    from credit_notes
    union all
    select
        customer_id, person_id, opened_at, 'ticket_opened', source_system, ticket_key, subject, null, null
    from tickets
    union all
    select
        customer_id, person_id, occurred_at, 'ticket_' || lower(event_value), source_system, ticket_event_key,
        subject, null, null
    from ticket_status_changes
    where lower(event_value) in ('solved', 'closed')
    union all
    select
        customer_id, person_id, rated_at, 'ticket_rated_' || rating, source_system, rating_key, subject, null, null
    from ticket_ratings
    union all
    select
        customer_id, person_id, responded_at, 'survey_answered', source_system, response_key,
        coalesce(upper(survey_kind) || ' ', '') || cast(score as {{ dbt.type_string() }}) || coalesce(': ' || verbatim, ''),
        null, null
    from survey_responses
    where not is_excluded
    union all
    select
        customer_id, person_id, declined_at, 'survey_declined', source_system, decline_key, upper(survey_kind), null, null
    from survey_declines
    union all
    select
        customer_id, person_id, occurred_at,
        case
            when guide_event_type = 'guideCompleted' then 'guide_completed'
            when guide_event_type = 'guideDismissed' then 'guide_dismissed'
            else 'guide_step'
        end, source_system, guide_event_key, guide_name, null, null
    from guide_steps
    union all
    select
        customer_id, null, first_used_at, 'product_first_used', source_system, customer_id, null, null, null
    from first_uses
),

final as (
    select
        event_type || '|' || record_key as event_key,
        customer_id,
        person_id,
        occurred_at,
        {{ to_reporting_date('occurred_at') }} as event_date,
        event_type,
        source_system,
        record_key,
        event_text,
        cast(amount as decimal(18, 4)) as amount,
        currency
    from unioned
    where customer_id is not null and occurred_at < {{ as_of_end() }}
)

select * from final
