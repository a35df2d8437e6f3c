-- How much of the revenue of twelve months comes from how few customers, at each month's end.
with months as (
    select * from {{ ref('int_customer_purchase_months') }}
),

settings as (
    select value as concentration_share from {{ ref('revenue_settings') }} where setting = 'concentration_share'
),

-- each customer has all its months, so twelve rows are twelve months
trailing_months as (
    select
        customer_id,
        month_end,
        is_partial,
        cast(sum(monetary_change) over (
            partition by customer_id order by month_end
            rows between 11 preceding and current row
        ) as decimal(18, 4)) as known_revenue,
        sum(case when monetary_change is null then 1 else 0 end) over (
            partition by customer_id order by month_end
            rows between 11 preceding and current row
        ) as unconverted_months
    from months
),

unconverted as (
    select
        month_end,
        count(case when unconverted_months > 0 then 1 end) as unconverted_customers
    from trailing_months
    group by month_end
),

-- by customer_id only so that equal revenues fall into the same deciles in every build; totals do not depend on it
ranked as (
    select
        month_end,
        is_partial,
        known_revenue as revenue,
        ntile(10) over (partition by month_end order by known_revenue desc nulls last, customer_id asc) as decile,
        cast(sum(known_revenue) over (
            partition by month_end order by known_revenue desc nulls last, customer_id asc
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as revenue_so_far,
        cast(sum(known_revenue) over (partition by month_end) as decimal(18, 4)) as total_revenue,
        count(*) over (partition by month_end) as total_customer_count
    from trailing_months
    where known_revenue > 0 and unconverted_months = 0
),

-- a customer is needed for the share when those before it do not reach it
with_need as (
    select
        ranked.*,
        settings.concentration_share,
        case
            when
                ranked.revenue_so_far - ranked.revenue
                < cast(settings.concentration_share * cast(ranked.total_revenue as decimal(24, 4)) as decimal(28, 8))
                then 1
            else 0
        end as is_needed
    from ranked
    cross join settings
),

deciles as (
    select
        month_end,
        decile,
        max(case when is_partial then 1 else 0 end) = 1 as is_partial,
        count(*) as customer_count,
        sum(revenue) as revenue,
        max(revenue_so_far) as cumulative_revenue,
        max(total_revenue) as total_revenue,
        max(total_customer_count) as total_customer_count,
        max(concentration_share) as concentration_share,
        sum(is_needed) as needed_count
    from with_need
    group by month_end, decile
),

with_needed as (
    select
        deciles.*,
        unconverted.unconverted_customers,
        sum(deciles.needed_count) over (partition by deciles.month_end) as top_customer_count
    from deciles
    inner join unconverted
        on deciles.month_end = unconverted.month_end
),

final as (
    select
        month_end,
        is_partial,
        cast(decile as bigint) as decile,
        cast(customer_count as bigint) as customer_count,
        cast(revenue as decimal(18, 4)) as revenue,
        cast(revenue as double) / cast(total_revenue as double) as revenue_share,
        cast(cumulative_revenue as decimal(18, 4)) as cumulative_revenue,
        cast(cumulative_revenue as double) / cast(total_revenue as double) as cumulative_revenue_share,
        cast(total_revenue as decimal(18, 4)) as total_revenue,
        cast(total_customer_count as bigint) as total_customer_count,
        cast(concentration_share as double) as concentration_share,
        cast(top_customer_count as bigint) as top_customer_count,
        cast(top_customer_count as double) / cast(total_customer_count as double) as top_customer_share,
        cast(unconverted_customers as bigint) as unconverted_customers
    from with_needed
)

select * from final
