-- A currency that is billed and has no exchange rate on the day leaves null where money should be: one row a currency,
-- with the first day. Add the rate to the seed exchange_rates.
with movements as (
    select
        currency,
        movement_date as missing_on
    from {{ ref('int_mrr__movements') }}
    where amount_reporting is null
),

months as (
    select
        currency,
        month_end as missing_on
    from {{ ref('int_mrr__months') }}
    where closing_reporting is null
),

unioned as (
    select * from movements
    union all
    select * from months
)

select
    currency,
    min(missing_on) as first_missing_on,
    count(*) as amounts_without_a_rate
from unioned
group by currency
