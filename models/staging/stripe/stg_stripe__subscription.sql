-- Subscriptions as they are now.
with source as (
    select * from {{ raw('stripe', 'subscription') }}
),

typed as (
    select
        {{ clean_id('id') }} as subscription_id,
        {{ clean_id('customer_id') }} as stripe_customer_id,
        lower({{ clean_text('status') }}) as subscription_status,
        {{ to_integer('quantity') }} as quantity,
        {{ to_utc('created') }} as created_at,
        {{ to_utc('start_date') }} as started_at,
        {{ to_utc('current_period_start') }} as current_period_start_at,
        {{ to_utc('current_period_end') }} as current_period_end_at,
        {{ to_utc('cancel_at') }} as cancel_at,
        {{ to_flag('cancel_at_period_end') }} as is_cancel_at_period_end,
        {{ to_utc('canceled_at') }} as canceled_at,
        {{ to_utc('ended_at') }} as ended_at,
        {{ to_utc('trial_start') }} as trial_start_at,
        {{ to_utc('trial_end') }} as trial_end_at,
        -- the tool does not say when it changed a subscription: the latest fact in the row does
        greatest(
            {{ to_utc('created') }},
            {{ to_utc('current_period_start') }},
            {{ to_utc('canceled_at') }},
            {{ to_utc('ended_at') }}
        ) as latest_fact_at,
        lower({{ clean_text('pause_collection_behavior') }}) as pause_behavior,
        {{ to_utc('pause_collection_resumes_at') }} as pause_resumes_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ is_false('livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'customer_id', none),
            ('missing_value', 'status', none),
            ('missing_value', 'created', none),
            ('unparseable_date', 'created', to_utc('created')),
            ('future_date', 'created', to_utc('created')),
            ('unparseable_date', 'start_date', to_utc('start_date')),
            ('unparseable_date', 'current_period_start', to_utc('current_period_start')),
            ('unparseable_date', 'current_period_end', to_utc('current_period_end')),
            ('unparseable_date', 'cancel_at', to_utc('cancel_at')),
            ('unparseable_date', 'canceled_at', to_utc('canceled_at')),
            ('unparseable_date', 'ended_at', to_utc('ended_at')),
            ('unparseable_date', 'trial_start', to_utc('trial_start')),
            ('unparseable_date', 'trial_end', to_utc('trial_end')),
            ('unparseable_date', 'pause_collection_resumes_at', to_utc('pause_collection_resumes_at')),
            ('unparseable_number', 'quantity', to_integer('quantity')),
            ('unparseable_flag', 'cancel_at_period_end', to_flag('cancel_at_period_end')),
            ('unparseable_flag', 'livemode', to_flag('livemode')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['subscription_id'],
    kind='upsert',
    created='created_at',
    changed_at='latest_fact_at',
    content=[
        'stripe_customer_id', 'subscription_status', 'quantity', 'created_at', 'started_at', 'current_period_start_at',
        'current_period_end_at', 'cancel_at', 'is_cancel_at_period_end', 'canceled_at', 'ended_at', 'trial_start_at',
        'trial_end_at', 'pause_behavior', 'pause_resumes_at',
    ],
    has_test_mode=true
) }}
