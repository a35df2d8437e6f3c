-- Recurring prices (the legacy plan object), the price of one unit and interval in major units.
with source as (
    select * from {{ raw('stripe', 'plan') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ clean_id('source.id') }} as plan_id,
        {{ clean_id('source.product_id') }} as product_id,
        {{ clean_text('source.nickname') }} as plan_name,
        {{ to_major_units('source.amount') }} as amount,
        currencies.currency,
        lower({{ clean_text('source.interval') }}) as billing_interval,
        {{ to_integer('source.interval_count') }} as interval_count,
        {{ to_integer('source.trial_period_days') }} as trial_days,
        lower({{ clean_text('source.usage_type') }}) as usage_type,
        {{ to_flag('source.active') }} as is_active,
        {{ to_utc('source.created') }} as created_at,
        {{ is_true('source.is_deleted') }} as is_deleted,
        {{ to_utc('source._fivetran_synced') }} as deleted_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ is_false('source.livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_value', 'source.currency', none),
            ('unknown_currency', 'source.currency', 'currencies.currency'),
            ('missing_value', 'source.interval', none),
            ('missing_value', 'source.interval_count', none),
            ('unparseable_number', 'source.interval_count', to_integer('source.interval_count')),
            ('out_of_range', 'source.interval_count', to_integer('source.interval_count') ~ ' >= 1'),
            ('unparseable_amount', 'source.amount', to_integer('source.amount')),
            ('unparseable_number', 'source.trial_period_days', to_integer('source.trial_period_days')),
            ('unparseable_date', 'source.created', to_utc('source.created')),
            ('future_date', 'source.created', to_utc('source.created')),
            ('unparseable_flag', 'source.active', to_flag('source.active')),
            ('unparseable_flag', 'source.is_deleted', to_flag('source.is_deleted')),
            ('unparseable_flag', 'source.livemode', to_flag('source.livemode')),
        ]) }}
    from source
    left join currencies
        on lower({{ clean_text('source.currency') }}) = currencies.currency
)

{{ with_row_status(
    'typed',
    key=['plan_id'],
    kind='upsert',
    created='created_at',
    content=[
        'product_id', 'plan_name', 'amount', 'currency', 'billing_interval', 'interval_count', 'trial_days',
        'usage_type', 'is_active', 'created_at', 'is_deleted',
    ],
    has_deletes=true,
    has_test_mode=true
) }}
