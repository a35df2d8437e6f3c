-- Currencies in which money moved, or recurs, on days that have no exchange rate into the reporting currency.
with movements as (
    select * from {{ ref('int_mrr__movements') }}
),

months as (
    select * from {{ ref('int_mrr__months') }}
),

purchases as (
    select * from {{ ref('int_purchases') }}
),

unconverted as (
    select
        currency,
        customer_id,
        movement_date as missing_on
    from movements
    where amount_reporting is null
    union all
    select
        currency,
        customer_id,
        month_end as missing_on
    from months
    where closing_reporting is null
    union all
    select
        currency,
        customer_id,
        purchase_date as missing_on
    from purchases
    where amount_reporting is null or net_amount_reporting is null
),

final as (
    select
        currency,
        '{{ var("reporting_currency", "EUR") | lower }}' as reporting_currency,
        min(missing_on) as first_missing_on,
        max(missing_on) as last_missing_on,
        cast(count(distinct missing_on) as bigint) as missing_days,
        cast(count(*) as bigint) as unconverted_amounts,
        cast(count(distinct customer_id) as bigint) as unconverted_customers
    from unconverted
    group by currency
)

select * from final
