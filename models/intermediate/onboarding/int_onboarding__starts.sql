-- When a customer started: the day of the first recurring revenue or of the first use, whichever came first. Customers
-- who were there before the data begins seem to start in its first month, which is_start_known tells apart.
with movements as (
    select * from {{ ref('int_mrr__movements') }} where movement_kind = 'new'
),

usage_days as (
    {{ with_customer('int_usage_days') }}
),

first_revenue as (
    select
        customer_id,
        min(movement_date) as first_mrr_date
    from movements
    where customer_id is not null
    group by customer_id
),

first_use as (
    select
        customer_id,
        min(usage_date) as first_use_date
    from usage_days
    where customer_id is not null
    group by customer_id
),

starts as (
    select
        coalesce(first_revenue.customer_id, first_use.customer_id) as customer_id,
        first_revenue.first_mrr_date,
        first_use.first_use_date,
        case
            when first_use.first_use_date < first_revenue.first_mrr_date then first_use.first_use_date
            else coalesce(first_revenue.first_mrr_date, first_use.first_use_date)
        end as start_date
    from first_revenue
    full outer join first_use
        on first_revenue.customer_id = first_use.customer_id
),

months as (
    select
        *,
        {{ month_end('start_date') }} as cohort_month_end
    from starts
),

final as (
    select
        customer_id,
        first_mrr_date,
        first_use_date,
        start_date,
        cohort_month_end,
        cohort_month_end > min(cohort_month_end) over () as is_start_known
    from months
)

select * from final
