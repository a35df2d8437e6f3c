-- Subscriptions as known on as_of_date: the latest version where the tool keeps history, else the overwritten row with
-- its status rolled back to as_of_date as far as its dates allow. A subscription ends with the deletion of its customer
-- at the latest: the tool cancels it then.
with histories as (
    select * from {{ ref('stg_stripe__subscription_history') }} where row_status = 'used' and is_current_version
),

subscriptions as (
    select * from {{ ref('stg_stripe__subscription') }} where row_status = 'used'
),

deleted_customers as (
    select * from {{ ref('stg_stripe__customer') }} where row_status = 'deleted'
),

orphans as (
    select * from {{ ref('int_orphans') }}
    where source_system = 'stripe' and source_table in ('subscription', 'subscription_history')
),

unioned as (
    select
        'subscription_history' as source_table,
        raw_key,
        subscription_id,
        stripe_customer_id,
        subscription_status,
        created_at,
        started_at,
        current_period_start_at,
        current_period_end_at,
        cancel_at,
        is_cancel_at_period_end,
        canceled_at,
        ended_at,
        trial_start_at,
        trial_end_at,
        pause_behavior,
        pause_resumes_at,
        quantity
    from histories
    union all
    select
        'subscription' as source_table,
        subscriptions.raw_key,
        subscriptions.subscription_id,
        subscriptions.stripe_customer_id,
        subscriptions.subscription_status,
        subscriptions.created_at,
        subscriptions.started_at,
        subscriptions.current_period_start_at,
        subscriptions.current_period_end_at,
        subscriptions.cancel_at,
        subscriptions.is_cancel_at_period_end,
        subscriptions.canceled_at,
        subscriptions.ended_at,
        subscriptions.trial_start_at,
        subscriptions.trial_end_at,
        subscriptions.pause_behavior,
        subscriptions.pause_resumes_at,
        subscriptions.quantity
    from subscriptions
    left join histories
        on subscriptions.subscription_id = histories.subscription_id
    where histories.subscription_id is null
),

ended as (
    select
        unioned.*,
        coalesce(unioned.ended_at, deleted_customers.deleted_at) as last_ended_at
    from unioned
    left join deleted_customers
        on unioned.stripe_customer_id = deleted_customers.stripe_customer_id
),

final as (
    select
        {{ record_key('stripe', 'subscription', 'ended.subscription_id') }} as subscription_key,
        'stripe' as source_system,
        ended.subscription_id as source_id,
        {{ record_key('stripe', 'customer', 'ended.stripe_customer_id') }} as account_key,
        case
            when ended.last_ended_at < {{ as_of_end() }} then 'canceled'
            when ended.subscription_status = 'canceled' then 'active'
            when
                ended.subscription_status = 'trialing' and ended.trial_end_at < {{ as_of_end() }}
                then 'trial_ended'
            -- collection can be paused while the status goes on
            when
                ended.subscription_status in ('active', 'past_due', 'unpaid')
                and ended.pause_behavior is not null
                and coalesce(ended.pause_resumes_at >= {{ as_of_end() }}, true)
                then 'paused'
            else ended.subscription_status
        end as subscription_status,
        ended.created_at,
        coalesce(ended.started_at, ended.created_at) as started_at,
        ended.current_period_start_at,
        ended.current_period_end_at,
        ended.cancel_at,
        ended.is_cancel_at_period_end,
        case when ended.canceled_at < {{ as_of_end() }} then ended.canceled_at end as canceled_at,
        case when ended.last_ended_at < {{ as_of_end() }} then ended.last_ended_at end as ended_at,
        ended.trial_start_at,
        ended.trial_end_at,
        ended.quantity
    from ended
    left join orphans
        on ended.source_table = orphans.source_table and ended.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
