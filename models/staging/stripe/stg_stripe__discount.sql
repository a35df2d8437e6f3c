-- Discounts as they were applied: to an invoice line, to an invoice, or to all that a subscription or a customer is
-- billed. The table carries no currency, so the amount stays in the smallest unit of the currency of the thing
-- discounted. One id stands for a coupon wherever it is applied, so what it is applied to belongs to the key.
with source as (
    select * from {{ raw('stripe', 'discount') }}
),

typed as (
    select
        {{ clean_id('id') }} as discount_id,
        replace(replace(lower({{ clean_text('type') }}), ' ', '_'), '-', '_') as raw_type,
        {{ clean_id('type_id') }} as type_id,
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
),

-- Fivetran writes PARENT_INVOICE_LINE_ITEM, others invoice_line_item or nothing; ids say what they are by their prefix
named as (
    select
        {{ all_except('typed', ['raw_type', 'type_id']) }},
        case
            when raw_type in ('customer', 'subscription', 'invoice', 'invoice_item') then raw_type
            when raw_type in ('invoice_line_item', 'parent_invoice_line_item', 'line_item') then 'invoice_line_item'
            when raw_type is not null then 'other'
            when split_part(type_id, '_', 1) in ('il', 'sli') then 'invoice_line_item'
            when split_part(type_id, '_', 1) = 'ii' or coalesce(type_id, invoice_item_id) = invoice_item_id
                then 'invoice_item'
            when split_part(type_id, '_', 1) = 'in' or coalesce(type_id, invoice_id) = invoice_id then 'invoice'
            when split_part(type_id, '_', 1) = 'sub' or coalesce(type_id, subscription_id) = subscription_id
                then 'subscription'
            when split_part(type_id, '_', 1) = 'cus' or coalesce(type_id, stripe_customer_id) = stripe_customer_id
                then 'customer'
            else 'other'
        end as discounted_type,
        coalesce(type_id, invoice_item_id, invoice_id, subscription_id, stripe_customer_id) as discounted_id
    from typed
),

keyed as (
    select
        *,
        discounted_type || '/' || coalesce(discounted_id, '') || '/' || coalesce(invoice_id, '') as discounted_key
    from named
)

{{ with_row_status(
    'keyed',
    key=['discount_id', 'discounted_key'],
    kind='append',
    content=[
        'discounted_type', 'discounted_id', 'amount_minor_units', 'coupon_id', 'stripe_customer_id', 'invoice_id',
        'invoice_item_id', 'subscription_id', 'starts_at', 'ends_at',
    ]
) }}
