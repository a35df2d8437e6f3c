-- The stage of a customer at each month end since billing first knew it: what it pays decides, then what it did before.
-- Made of dated facts, so a closed month keeps its stage.
with accounts as (
    {{ with_customer('int_accounts', account_key='record_key', person_key=none) }}
),

source_systems as (
    select * from {{ ref('source_systems') }} where silo = 'billing'
),

revenue as (
    select * from {{ ref('mrr_customer_months') }}
),

subscriptions as (
    {{ with_customer('int_subscriptions', person_key=none) }}
),

pauses as (
    select * from {{ ref('int_subscription_pauses') }}
),

dated_subscriptions as (
    select
        subscription_key,
        customer_id,
        {{ to_reporting_date('started_at') }} as starts_on,
        coalesce({{ to_reporting_date('ended_at') }}, cast({{ dbt.dateadd('day', 1, as_of_date()) }} as date))
            as ends_on,
        {{ to_reporting_date('trial_start_at') }} as trial_starts_on,
        {{ to_reporting_date('trial_end_at') }} as trial_ends_on
    from subscriptions
    where customer_id is not null
),

-- spans of days in which a subscription was in force, was tried, or was paused
spans as (
    select
        customer_id,
        'in_force' as state,
        starts_on,
        ends_on
    from dated_subscriptions
    union all
    select
        customer_id,
        'trial' as state,
        greatest(starts_on, trial_starts_on) as starts_on,
        least(ends_on, trial_ends_on) as ends_on
    from dated_subscriptions
    where trial_starts_on is not null and trial_ends_on is not null
    union all
    select
        dated_subscriptions.customer_id,
        'paused' as state,
        {{ to_reporting_date('pauses.paused_at') }} as starts_on,
        least(dated_subscriptions.ends_on, {{ to_reporting_date('pauses.resumed_at') }}) as ends_on
    from dated_subscriptions
    inner join pauses
        on dated_subscriptions.subscription_key = pauses.subscription_key
),

span_months as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'starts_on') }} as date) as first_month,
        least(
            cast({{ dbt.date_trunc('month', 'ends_on') }} as date),
            cast({{ dbt.date_trunc('month', as_of_date()) }} as date)
        ) as last_month
    from spans
),

state_months as (
    {{ date_rows(
        'span_months', ['customer_id', 'state', 'starts_on', 'ends_on'], 'first_month', 'last_month', 'month'
    ) }}
),

states as (
    select
        customer_id,
        {{ month_end('date_at') }} as month_end,
        count(case when state = 'in_force' then 1 end) as in_force,
        count(case when state = 'trial' then 1 end) as trials,
        count(case when state = 'paused' then 1 end) as pauses
    from state_months
    where starts_on <= {{ month_end('date_at') }} and ends_on > {{ month_end('date_at') }}
    group by customer_id, {{ month_end('date_at') }}
),

first_months as (
    select
        customer_id,
        min(first_month) as first_month
    from (
        select
            accounts.customer_id,
            cast({{ dbt.date_trunc('month', to_reporting_date('accounts.created_at')) }} as date) as first_month
        from accounts
        inner join source_systems
            on accounts.source_system = source_systems.source_system
        where accounts.created_at < {{ as_of_end() }}
        union all
        select customer_id, first_month from span_months
        union all
        select
            customer_id,
            cast({{ dbt.date_trunc('month', 'month_end') }} as date) as first_month
        from revenue
    ) as firsts
    where first_month is not null
    group by customer_id
),

months as (
    {{ date_rows(
        'first_months', ['customer_id'], 'first_month',
        "cast(" ~ dbt.date_trunc('month', as_of_date()) ~ " as date)", 'month'
    ) }}
),

dated_months as (
    select
        customer_id,
        {{ month_end('date_at') }} as month_end
    from months
),

final as (
    select
        dated_months.customer_id,
        dated_months.month_end,
        case
            when revenue.is_active then 'customer'
            when states.pauses > 0 then 'paused'
            when states.trials > 0 then 'trial'
            -- a row of revenue without any now is one that was there before
            when revenue.customer_id is not null then 'former_customer'
            -- a subscription that never brought revenue: it is free, or its invoices are not delivered
            when states.in_force > 0 then 'customer'
            else 'prospect'
        end as lifecycle_stage
    from dated_months
    left join revenue
        on dated_months.customer_id = revenue.customer_id and dated_months.month_end = revenue.month_end
    left join states
        on dated_months.customer_id = states.customer_id and dated_months.month_end = states.month_end
)

select * from final
