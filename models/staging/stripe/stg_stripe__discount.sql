-- Discounts as they were applied, mostly to an invoice line. The table carries no currency, so the amount stays in
-- the smallest unit of the currency of the thing discounted.
with source as (
    select * from {{ raw('stripe', 'discount') }}
),

typed as (
    select
        {{ clean_id('id') }} as discount_id,
        lower({{ clean_text('type') }}) as discounted_type,
        {{ clean_id('type_id') }} as discounted_id,
        {{ to_integer('amount') }} as amount_minor_units,
        {{ clean_id('coupon_id') }} as coupon_id,
        {{ clean_id('customer_id') }} as stripe_customer_id,
        {{ clean_id('invoice_id') }} as invoice_id,
        {{ clean_id('invoice_item_id') }} as invoice_item_id,
        {{ clean_id('subscription_id') }} as subscription_id,
        {{ to_utc(adapter.quote('start')) }} as starts_at,
        {{ to_utc(adapter.quote('end')) }} as ends_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('unparseable_amount', 'amount', to_integer('amount')),
            ('unparseable_date', adapter.quote('start'), to_utc(adapter.quote('start'))),
            ('unparseable_date', adapter.quote('end'), to_utc(adapter.quote('end'))),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['discount_id'],
    kind='append',
    content=[
        'discounted_type', 'discounted_id', 'amount_minor_units', 'coupon_id', 'stripe_customer_id', 'invoice_id',
        'invoice_item_id', 'subscription_id', 'starts_at', 'ends_at',
    ]
) }}
