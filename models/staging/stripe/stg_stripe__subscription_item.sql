-- The plan or price and the seats of a subscription, as they are now.
with source as (
    select * from {{ raw('stripe', 'subscription_item') }}
),

typed as (
    select
        {{ clean_id('id') }} as subscription_item_id,
        {{ clean_id('subscription_id') }} as subscription_id,
        {{ clean_id('plan_id') }} as plan_id,
        {{ clean_id('price_id') }} as price_id,
        {{ to_integer('quantity') }} as quantity,
        {{ to_utc('created') }} as created_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'subscription_id', none),
            ('unparseable_number', 'quantity', to_integer('quantity')),
            ('unparseable_date', 'created', to_utc('created')),
            ('future_date', 'created', to_utc('created')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['subscription_item_id'],
    kind='upsert',
    created='created_at',
    content=['subscription_id', 'plan_id', 'price_id', 'quantity', 'created_at']
) }}
