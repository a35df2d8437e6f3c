-- Credit notes on invoices, in major units.
with source as (
    select * from {{ raw('stripe', 'credit_note') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ clean_id('source.id') }} as credit_note_id,
        {{ clean_id('source.invoice_id') }} as invoice_id,
        {{ clean_id('source.refund_id') }} as refund_id,
        {{ to_major_units('source.amount') }} as amount,
        {{ to_major_units('source.discount_amount') }} as discount_amount,
        {{ to_major_units('source.subtotal') }} as subtotal,
        {{ to_major_units('source.total') }} as total,
        currencies.currency,
        lower({{ clean_text('source.status') }}) as credit_note_status,
        lower({{ clean_text('source.type') }}) as credit_note_type,
        lower({{ clean_text('source.reason') }}) as credit_note_reason,
        {{ to_utc('source.created') }} as created_at,
        {{ to_utc('source.voided_at') }} as voided_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ is_false('source.livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_value', 'source.invoice_id', none),
            ('missing_value', 'source.amount', none),
            ('unparseable_amount', 'source.amount', to_integer('source.amount')),
            ('missing_value', 'source.currency', none),
            ('unknown_currency', 'source.currency', 'currencies.currency'),
            ('missing_value', 'source.created', none),
            ('unparseable_date', 'source.created', to_utc('source.created')),
            ('future_date', 'source.created', to_utc('source.created')),
            ('unparseable_amount', 'source.discount_amount', to_integer('source.discount_amount')),
            ('unparseable_amount', 'source.subtotal', to_integer('source.subtotal')),
            ('unparseable_amount', 'source.total', to_integer('source.total')),
            ('unparseable_date', 'source.voided_at', to_utc('source.voided_at')),
            ('unparseable_flag', 'source.livemode', to_flag('source.livemode')),
        ]) }}
    from source
    left join currencies
        on lower({{ clean_text('source.currency') }}) = currencies.currency
)

{{ with_row_status(
    'typed',
    key=['credit_note_id'],
    kind='upsert',
    created='created_at',
    content=[
        'invoice_id', 'refund_id', 'amount', 'discount_amount', 'subtotal', 'total', 'currency', 'credit_note_status',
        'credit_note_type', 'credit_note_reason', 'created_at', 'voided_at',
    ],
    has_test_mode=true
) }}
