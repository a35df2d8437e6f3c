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
        coalesce({{ clean_id('source.unique_id') }}, {{ clean_id('source.unique_line_item_id') }}) as unique_id,
        {{ clean_id('source.invoice_item_id') }} as invoice_item_id,
        lower({{ clean_text('source.type') }}) as line_type,
        {{ clean_text('source.description') }} as description,
        {{ to_major_units('source.amount') }} as amount,
        currencies.currency,
        {{ to_integer('source.quantity') }} as quantity,
        {{ clean_id('source.plan_id') }} as plan_id,
        {{ clean_id('source.price_id') }} as price_id,
        {{ clean_id('source.subscription_id') }} as subscription_id,
        {{ clean_id('source.subscription_item_id') }} as subscription_item_id,
        {{ is_true('source.proration') }} as is_proration,
        {{ is_false('source.discountable') }} as is_excluded_from_discounts,
        {{ to_utc('source.period_start') }} as period_start_at,
        {{ to_utc('source.period_end') }} as period_end_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ is_false('source.livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_id', 'source.invoice_id', none),
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
            ('unparseable_flag', 'source.discountable', to_flag('source.discountable')),
            ('unparseable_flag', 'source.livemode', to_flag('source.livemode')),
        ]) }}
    from source
    left join currencies
        on lower({{ clean_text('source.currency') }}) = currencies.currency
),

-- Lines of old versions of Stripe's API bear the id of their subscription or invoice item, which several lines share;
-- what the tool guarantees to be unique there is unique_id.
keyed as (
    select
        *,
        case
            when unique_id is not null then unique_id
            when split_part(line_id, '_', 1) in ('il', 'sli') then line_id
            else line_id
                || '/' || coalesce(subscription_item_id, '')
                || '/' || coalesce(cast(period_start_at as {{ dbt.type_string() }}), '')
                || '/' || coalesce(cast(period_end_at as {{ dbt.type_string() }}), '')
                || '/' || coalesce(cast(amount as {{ dbt.type_string() }}), '')
        end as line_key
    from typed
)

{{ with_row_status(
    'keyed',
    key=['invoice_id', 'line_key'],
    kind='append',
    content=[
        'invoice_id', 'line_id', 'line_type', 'description', 'amount', 'currency', 'quantity', 'plan_id',
        'price_id', 'subscription_id', 'subscription_item_id', 'invoice_item_id', 'is_proration',
        'is_excluded_from_discounts', 'period_start_at', 'period_end_at',
    ],
    has_test_mode=true
) }}
