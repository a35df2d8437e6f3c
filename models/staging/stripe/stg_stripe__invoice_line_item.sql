-- Lines of invoices, in major units; discounts and tax are not in the amount.
with source as (
    select * from {{ raw('stripe', 'invoice_line_item') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ clean_id('source.invoice_id') }} as invoice_id,
        {{ clean_id('source.id') }} as line_id,
        lower({{ clean_text('source.type') }}) as line_type,
        {{ clean_text('source.description') }} as description,
        {{ to_major_units('source.amount') }} as amount,
        currencies.currency,
        {{ to_integer('source.quantity') }} as quantity,
        {{ clean_id('source.plan_id') }} as plan_id,
        {{ clean_id('source.subscription_id') }} as subscription_id,
        {{ clean_id('source.subscription_item_id') }} as subscription_item_id,
        {{ is_true('source.proration') }} as is_proration,
        {{ to_utc('source.period_start') }} as period_start_at,
        {{ to_utc('source.period_end') }} as period_end_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_id', 'source.invoice_id', none),
            ('missing_value', 'source.type', none),
            ('missing_value', 'source.amount', none),
            ('unparseable_amount', 'source.amount', to_integer('source.amount')),
            ('missing_value', 'source.currency', none),
            ('unknown_currency', 'source.currency', 'currencies.currency'),
            ('unparseable_number', 'source.quantity', to_integer('source.quantity')),
            ('missing_value', 'source.period_start', none),
            ('unparseable_date', 'source.period_start', to_utc('source.period_start')),
            ('missing_value', 'source.period_end', none),
            ('unparseable_date', 'source.period_end', to_utc('source.period_end')),
            ('unparseable_flag', 'source.proration', to_flag('source.proration')),
        ]) }}
    from source
    left join currencies
        on lower({{ clean_text('source.currency') }}) = currencies.currency
)

{{ with_row_status(
    'typed',
    key=['invoice_id', 'line_id'],
    kind='append',
    content=[
        'invoice_id', 'line_id', 'line_type', 'description', 'amount', 'currency', 'quantity', 'plan_id',
        'subscription_id', 'subscription_item_id', 'is_proration', 'period_start_at', 'period_end_at',
    ]
) }}
