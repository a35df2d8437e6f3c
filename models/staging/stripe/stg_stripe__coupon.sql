-- Discounts that can be given: a share of the price, or an amount in major units.
with source as (
    select * from {{ raw('stripe', 'coupon') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ clean_id('source.id') }} as coupon_id,
        {{ clean_text('source.name') }} as coupon_name,
        {{ to_decimal('source.percent_off') }} as percent_off,
        {{ to_major_units('source.amount_off') }} as amount_off,
        currencies.currency,
        lower({{ clean_text('source.duration') }}) as duration,
        {{ to_integer('source.duration_in_months') }} as duration_months,
        {{ to_flag('source.valid') }} as is_valid,
        {{ to_utc('source.created') }} as created_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ is_false('source.livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('unparseable_number', 'source.percent_off', to_decimal('source.percent_off')),
            ('out_of_range', 'source.percent_off', to_decimal('source.percent_off') ~ ' between 0 and 100'),
            ('unknown_currency', 'source.currency', 'currencies.currency'),
            ('unparseable_amount', 'source.amount_off', to_integer('source.amount_off')),
            ('unknown_currency', 'source.amount_off', 'currencies.currency'),
            ('unparseable_number', 'source.duration_in_months', to_integer('source.duration_in_months')),
            ('unparseable_date', 'source.created', to_utc('source.created')),
            ('future_date', 'source.created', to_utc('source.created')),
            ('unparseable_flag', 'source.valid', to_flag('source.valid')),
            ('unparseable_flag', 'source.livemode', to_flag('source.livemode')),
        ]) }}
    from source
    left join currencies
        on lower({{ clean_text('source.currency') }}) = currencies.currency
)

{{ with_row_status(
    'typed',
    key=['coupon_id'],
    kind='upsert',
    created='created_at',
    content=[
        'coupon_name', 'percent_off', 'amount_off', 'currency', 'duration', 'duration_months', 'is_valid', 'created_at',
    ],
    has_test_mode=true
) }}
