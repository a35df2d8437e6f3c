-- Prices, recurring or one-time, the price of one unit in major units.
with source as (
    select * from {{ raw('stripe', 'price') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ clean_id('source.id') }} as price_id,
        {{ clean_id('source.product_id') }} as product_id,
        {{ clean_text('source.nickname') }} as price_name,
        {{ to_major_units('source.unit_amount') }} as unit_amount,
        currencies.currency,
        lower({{ clean_text('source.type') }}) as price_type,
        lower({{ clean_text('source.recurring_interval') }}) as billing_interval,
        {{ to_integer('source.recurring_interval_count') }} as interval_count,
        lower({{ clean_text('source.recurring_usage_type') }}) as usage_type,
        {{ to_flag('source.active') }} as is_active,
        {{ to_utc('source.created') }} as created_at,
        {{ is_true('source.is_deleted') }} as is_deleted,
        {{ to_utc('source._fivetran_synced') }} as deleted_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ is_false('source.livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('unknown_currency', 'source.currency', 'currencies.currency'),
            ('unparseable_amount', 'source.unit_amount', to_integer('source.unit_amount')),
            ('unknown_currency', 'source.unit_amount', 'currencies.currency'),
            ('unparseable_number', 'source.recurring_interval_count', to_integer('source.recurring_interval_count')),
            (
                'out_of_range', 'source.recurring_interval_count',
                to_integer('source.recurring_interval_count') ~ ' >= 1'
            ),
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
    key=['price_id'],
    kind='upsert',
    created='created_at',
    content=[
        'product_id', 'price_name', 'unit_amount', 'currency', 'price_type', 'billing_interval', 'interval_count',
        'usage_type', 'is_active', 'created_at', 'is_deleted',
    ],
    has_deletes=true,
    has_test_mode=true
) }}
