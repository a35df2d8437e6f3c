-- Payment attempts, in major units.
with source as (
    select * from {{ raw('stripe', 'charge') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ clean_id('source.id') }} as charge_id,
        {{ clean_id('source.invoice_id') }} as invoice_id,
        {{ clean_id('source.customer_id') }} as stripe_customer_id,
        {{ to_major_units('source.amount') }} as amount,
        {{ to_major_units('source.amount_refunded') }} as amount_refunded,
        currencies.currency,
        lower({{ clean_text('source.status') }}) as charge_status,
        {{ to_flag('source.paid') }} as is_paid,
        {{ to_flag('source.captured') }} as is_captured,
        {{ to_flag('source.refunded') }} as is_refunded,
        lower({{ clean_text('source.failure_code') }}) as failure_code,
        {{ clean_text('source.failure_message') }} as failure_message,
        {{ clean_text('source.description') }} as description,
        {{ to_utc('source.created') }} as created_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ is_false('source.livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_value', 'source.amount', none),
            ('unparseable_amount', 'source.amount', to_integer('source.amount')),
            ('missing_value', 'source.currency', none),
            ('unknown_currency', 'source.currency', 'currencies.currency'),
            ('missing_value', 'source.created', none),
            ('unparseable_date', 'source.created', to_utc('source.created')),
            ('future_date', 'source.created', to_utc('source.created')),
            ('missing_value', 'source.status', none),
            ('unparseable_amount', 'source.amount_refunded', to_integer('source.amount_refunded')),
            ('unparseable_flag', 'source.paid', to_flag('source.paid')),
            ('unparseable_flag', 'source.captured', to_flag('source.captured')),
            ('unparseable_flag', 'source.refunded', to_flag('source.refunded')),
            ('unparseable_flag', 'source.livemode', to_flag('source.livemode')),
        ]) }}
    from source
    left join currencies
        on lower({{ clean_text('source.currency') }}) = currencies.currency
)

{{ with_row_status(
    'typed',
    key=['charge_id'],
    kind='upsert',
    created='created_at',
    content=[
        'invoice_id', 'stripe_customer_id', 'amount', 'amount_refunded', 'currency', 'charge_status', 'is_paid',
        'is_captured', 'is_refunded', 'failure_code', 'failure_message', 'description', 'created_at',
    ],
    has_test_mode=true
) }}
