-- What became of the customers who signed up in a month: how many still pay at each later month end, and how much.
-- Money is at the rate of the end of the cohort's month, so that only customers move it.
with movements as (
    select * from {{ ref('int_mrr__movements') }} where movement_kind = 'new'
),

months as (
    select * from {{ ref('int_mrr__months') }}
),

customer_months as (
    select * from {{ ref('mrr_customer_months') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

signups as (
    select
        customer_id,
        min(movement_date) as signed_up_on,
        {{ month_end('min(movement_date)') }} as cohort_month_end
    from movements
    group by customer_id
),

first_revenue as (
    select
        signups.customer_id,
        signups.cohort_month_end,
        {{ sum_if_known(in_reporting_currency('movements.amount', 'movements.currency', 'rates.rate')) }} as first_mrr
    from signups
    inner join movements
        on signups.customer_id = movements.customer_id and signups.signed_up_on = movements.movement_date
    left join rates
        on movements.currency = rates.currency and signups.cohort_month_end = rates.rate_date
    group by signups.customer_id, signups.cohort_month_end
),

revenue_months as (
    select
        months.customer_id,
        months.month_end,
        {{ sum_if_known(in_reporting_currency('months.closing_mrr', 'months.currency', 'rates.rate')) }} as mrr
    from months
    inner join signups
        on months.customer_id = signups.customer_id
    left join rates
        on months.currency = rates.currency and signups.cohort_month_end = rates.rate_date
    group by months.customer_id, months.month_end
),

joined as (
    select
        first_revenue.cohort_month_end,
        customer_months.month_end,
        customer_months.is_partial,
        customer_months.is_active,
        -- money without a rate is in neither side of a ratio
        case when revenue_months.mrr is not null then first_revenue.first_mrr end as first_mrr,
        case when first_revenue.first_mrr is not null then revenue_months.mrr end as mrr
    from first_revenue
    inner join customer_months
        on first_revenue.customer_id = customer_months.customer_id
    inner join revenue_months
        on
            customer_months.customer_id = revenue_months.customer_id
            and customer_months.month_end = revenue_months.month_end
),

final as (
    select
        cohort_month_end,
        month_end,
        cast({{ whole_months('cohort_month_end', 'month_end') }} as bigint) as months_since_signup,
        {{ dbt.bool_or('is_partial') }} as is_partial,
        cast(count(*) as bigint) as cohort_customers,
        cast(count(case when is_active then 1 end) as bigint) as active_customers,
        cast(count(case when is_active then 1 end) as double) / count(*) as customer_retention,
        cast(count(case when mrr is null then 1 end) as bigint) as unconverted_customers,
        cast(sum(first_mrr) as decimal(18, 4)) as cohort_mrr,
        cast(sum(mrr) as decimal(18, 4)) as retained_mrr,
        cast(sum(least(mrr, first_mrr)) as decimal(18, 4)) as gross_retained_mrr,
        cast(sum(mrr) as double) / nullif(cast(sum(first_mrr) as double), 0) as net_revenue_retention,
        cast(sum(least(mrr, first_mrr)) as double) / nullif(cast(sum(first_mrr) as double), 0)
            as gross_revenue_retention
    from joined
    group by cohort_month_end, month_end
)

select * from final
