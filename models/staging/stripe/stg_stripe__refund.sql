-- Money given back, in major units.
with source as (
    select * from {{ raw('stripe', 'refund') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ clean_id('source.id') }} as refund_id,
        {{ clean_id('source.charge_id') }} as charge_id,
        {{ to_major_units('source.amount') }} as amount,
        currencies.currency,
        lower({{ clean_text('source.status') }}) as refund_status,
        lower({{ clean_text('source.reason') }}) as refund_reason,
        {{ to_utc('source.created') }} as created_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_value', 'source.charge_id', none),
            ('missing_value', 'source.amount', none),
            ('unparseable_amount', 'source.amount', to_integer('source.amount')),
            ('missing_value', 'source.currency', none),
            ('unknown_currency', 'source.currency', 'currencies.currency'),
            ('missing_value', 'source.created', none),
            ('unparseable_date', 'source.created', to_utc('source.created')),
            ('future_date', 'source.created', to_utc('source.created')),
        ]) }}
    from source
    left join currencies
        on lower({{ clean_text('source.currency') }}) = currencies.currency
)

{{ with_row_status(
    'typed',
    key=['refund_id'],
    kind='append',
    created='created_at',
    content=['charge_id', 'amount', 'currency', 'refund_status', 'refund_reason', 'created_at']
) }}
