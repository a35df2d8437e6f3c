-- Everything dated that touched a customer, from every tool, in one list. Use of the product appears as the first use
-- and the steps of guides: single days of use are in the usage tables.
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
    select
        accounts.*,
        sources.customer_id
    from {{ ref('int_accounts') }} as accounts
    inner join {{ ref('customer_sources') }} as sources
        on accounts.record_key = sources.record_key
),

unioned as (
    select
        customer_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        created_at as occurred_at,
        'record_created' as event_type,
        source_system,
        record_key,
        account_name as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from accounts
    union all
    -- what the deal was worth when it was opened is overwritten: only the amount that it closed with is known
    select
        customer_id,
        person_id,
        created_at as occurred_at,
        'opportunity_opened' as event_type,
        source_system,
        opportunity_key as record_key,
        opportunity_name as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from opportunities
    union all
    select
        customer_id,
        person_id,
        cast(close_date as timestamp) as occurred_at,
        case when is_won then 'opportunity_won' else 'opportunity_lost' end as event_type,
        source_system,
        opportunity_key as record_key,
        opportunity_name as event_text,
        amount,
        currency
    from opportunities
    where is_closed
    union all
    select
        customer_id,
        person_id,
        occurred_at,
        'activity_' || activity_kind as event_type,
        source_system,
        activity_key as record_key,
        subject as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from activities
    where occurred_at is not null
    union all
    select
        customer_id,
        person_id,
        sent_at as occurred_at,
        case when is_incoming then 'email_received' else 'email_sent' end as event_type,
        source_system,
        email_key as record_key,
        subject as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from emails
    union all
    select
        customer_id,
        person_id,
        started_at as occurred_at,
        'subscription_started' as event_type,
        source_system,
        subscription_key as record_key,
        cast(null as {{ dbt.type_string() }}) as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from subscriptions
    where started_at < {{ as_of_end() }}
    union all
    select
        customer_id,
        person_id,
        canceled_at as occurred_at,
        'subscription_cancel_requested' as event_type,
        source_system,
        subscription_key as record_key,
        cast(null as {{ dbt.type_string() }}) as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from subscriptions
    where canceled_at is not null
    union all
    select
        customer_id,
        person_id,
        ended_at as occurred_at,
        'subscription_ended' as event_type,
        source_system,
        subscription_key as record_key,
        cast(null as {{ dbt.type_string() }}) as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from subscriptions
    where ended_at is not null
    union all
    select
        customer_id,
        person_id,
        invoiced_at as occurred_at,
        'invoice_sent' as event_type,
        source_system,
        invoice_key as record_key,
        invoice_number as event_text,
        total as amount,
        currency
    from invoices
    where is_final
    union all
    select
        customer_id,
        person_id,
        occurred_at,
        payment_kind as event_type,
        source_system,
        payment_key as record_key,
        failure_code as event_text,
        amount,
        currency
    from payments
    -- credit notes and invoices have events of their own
    where payment_kind <> 'credit'
    union all
    select
        customer_id,
        person_id,
        occurred_at,
        'credit_note' as event_type,
        source_system,
        credit_note_key as record_key,
        reason as event_text,
        -amount as amount,
        currency
    from credit_notes
    union all
    select
        customer_id,
        person_id,
        opened_at as occurred_at,
        'ticket_opened' as event_type,
        source_system,
        ticket_key as record_key,
        subject as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from tickets
    union all
    select
        customer_id,
        person_id,
        occurred_at,
        'ticket_' || lower(event_value) as event_type,
        source_system,
        ticket_event_key as record_key,
        subject as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from ticket_status_changes
    where lower(event_value) in ('solved', 'closed')
    union all
    select
        customer_id,
        person_id,
        rated_at as occurred_at,
        'ticket_rated_' || rating as event_type,
        source_system,
        rating_key as record_key,
        subject as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from ticket_ratings
    union all
    select
        customer_id,
        person_id,
        responded_at as occurred_at,
        'survey_answered' as event_type,
        source_system,
        response_key as record_key,
        coalesce(upper(survey_kind) || ' ', '') || cast(score as {{ dbt.type_string() }})
        || coalesce(': ' || verbatim, '') as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from survey_responses
    where not is_excluded
    union all
    select
        customer_id,
        person_id,
        declined_at as occurred_at,
        'survey_declined' as event_type,
        source_system,
        decline_key as record_key,
        upper(survey_kind) as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from survey_declines
    union all
    select
        customer_id,
        person_id,
        occurred_at,
        case
            when guide_event_type = 'guideCompleted' then 'guide_completed'
            when guide_event_type = 'guideDismissed' then 'guide_dismissed'
            else 'guide_step'
        end as event_type,
        source_system,
        guide_event_key as record_key,
        guide_name as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
    from guide_steps
    union all
    select
        customer_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        first_used_at as occurred_at,
        'product_first_used' as event_type,
        source_system,
        customer_id as record_key,
        cast(null as {{ dbt.type_string() }}) as event_text,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency
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
