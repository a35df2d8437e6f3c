-- What each customer has been worth and is expected to be worth: realised value, the value of the renewals to come, the
-- simple ratio beside it, and what the customer has cost.
with lives as (
    select * from {{ ref('int_lifetime__lives') }}
),

revenue as (
    select
        customer_id,
        {{ sum_if_known('revenue') }} as revenue
    from {{ ref('int_lifetime__revenue') }}
    where customer_id is not null
    group by customer_id
),

-- where nothing tells of any payment, nothing paid is not known
payments_feed as (
    select count(*) > 0 as is_known from {{ ref('int_lifetime__revenue') }}
),

customer_months as (
    select * from {{ ref('mrr_customer_months') }}
),

remaining as (
    select * from {{ ref('int_lifetime__remaining') }}
),

fits as (
    select * from {{ ref('int_lifetime__sbg') }}
),

assumptions as (
    select * from {{ ref('int_lifetime__assumptions') }}
),

settings as (
    select * from {{ ref('int_lifetime__settings') }}
),

customers as (
    select customer_id from lives
    union
    select customer_id from revenue
),

segment_months as (
    select
        lives.segment,
        customer_months.month_end,
        sum(case when customer_months.was_active then 1 else 0 end) as opening_customers,
        sum(case when customer_months.was_active and not customer_months.is_active then 1 else 0 end)
            as churned_customers,
        sum(case when customer_months.is_active and customer_months.mrr is not null then 1 else 0 end)
            as closing_customers,
        sum(customer_months.mrr) as mrr,
        dense_rank() over (order by customer_months.month_end desc) - 1 as months_ago
    from customer_months
    inner join lives
        on customer_months.customer_id = lives.customer_id
    group by lives.segment, customer_months.month_end
),

-- the current month is left out of the churn rate, whether or not it is over: it is not comparable before its end
segment_rates as (
    select
        segment_months.segment,
        cast(max(case when segment_months.months_ago = 0 then segment_months.mrr end) as double)
        / nullif(max(case when segment_months.months_ago = 0 then segment_months.closing_customers end), 0) as arpa,
        avg(
            case
                when segment_months.months_ago between 1 and settings.churn_months
                    then segment_months.churned_customers / cast(nullif(segment_months.opening_customers, 0) as double)
            end
        ) as churn_rate
    from segment_months
    cross join settings
    group by segment_months.segment
),

gathered as (
    select
        customers.customer_id,
        lives.segment,
        lives.period_months,
        lives.started_on,
        lives.last_ended_on,
        lives.return_count,
        lives.stretch_renewed_periods as renewed_periods,
        lives.first_mrr,
        fits.fit_status,
        assumptions.assumption_segment,
        assumptions.gross_margin,
        assumptions.discount_rate,
        assumptions.acquisition_cost,
        assumptions.monthly_service_cost,
        segment_rates.arpa as segment_arpa,
        segment_rates.churn_rate as segment_churn_rate,
        coalesce(lives.is_active, false) as is_active,
        coalesce(lives.has_given_notice, false) as has_given_notice,
        coalesce(lives.served_months, 0) as served_months,
        case when customer_months.customer_id is not null then customer_months.mrr else 0 end as mrr,
        case
            when revenue.customer_id is not null then revenue.revenue
            when payments_feed.is_known then 0
        end as realised_revenue,
        remaining.renewed_months as expected_renewed_months,
        -- without a line in force, where the periods of the segment end
        case
            when lives.billed_to is not null then lives.billed_to
            when lives.is_active
                then cast({{ dbt.dateadd(
                    'month',
                    'cast((coalesce(lives.stretch_renewed_periods, 0) + 1) * coalesce(lives.period_months, 1) as int)',
                    'coalesce(lives.stretch_started_on, ' ~ as_of_date() ~ ')'
                ) }} as date)
        end as next_renewal_date,
        remaining.discounted_renewed_months
    from customers
    cross join payments_feed
    left join lives
        on customers.customer_id = lives.customer_id
    left join revenue
        on customers.customer_id = revenue.customer_id
    left join customer_months
        on customers.customer_id = customer_months.customer_id and customer_months.month_end = {{ as_of_date() }}
    left join fits
        on lives.segment = fits.segment
    left join segment_rates
        on lives.segment = segment_rates.segment
    left join remaining
        on
            lives.segment = remaining.segment
            and lives.stretch_renewed_periods = remaining.renewed_periods
            and lives.is_active
    left join assumptions
        on coalesce(lives.segment, 'none') = assumptions.segment
),

-- terms are paid in advance: what is left of the present one is in the realised value, the renewals start after it
dated as (
    select
        *,
        coalesce(next_renewal_date, {{ as_of_date() }}) as waits_to,
        {{ as_of_date() }} as waits_from
    from gathered
),

measured as (
    select
        *,
        {{ dbt.datediff(
            'waits_from', 'waits_to', 'day'
        ) }} as wait_days
    from dated
),

waited as (
    select
        *,
        case when is_active then cast(greatest(wait_days, 0) as double) * 12 / 365.25 end as months_to_renewal
    from measured
),

valued as (
    select
        *,
        case when has_given_notice then months_to_renewal else months_to_renewal + expected_renewed_months end
            as expected_remaining_months,
        case
            when has_given_notice then 0
            else discounted_renewed_months * power(1 + discount_rate, -months_to_renewal / 12)
        end as discounted_remaining_months,
        cast(realised_revenue * gross_margin as decimal(18, 4)) as realised_value,
        cast(acquisition_cost + monthly_service_cost * served_months as decimal(18, 4)) as customer_cost
    from waited
),

projected as (
    select
        *,
        case
            when not is_active then cast(0 as decimal(18, 4))
            else {{ to_smallest_unit('gross_margin * cast(mrr as double) * discounted_remaining_months', 0.01) }}
        end as residual_value
    from valued
),

final as (
    select
        customer_id,
        segment as term_segment,
        cast(period_months as bigint) as period_months,
        started_on as first_mrr_date,
        case when not is_active then last_ended_on end as churn_date,
        is_active,
        has_given_notice,
        cast(coalesce(return_count, 0) as bigint) as return_count,
        cast(served_months as double) as served_months,
        cast(renewed_periods as bigint) as renewed_periods,
        next_renewal_date,
        cast(months_to_renewal as double) as months_to_renewal,
        cast(mrr as decimal(18, 4)) as mrr,
        assumption_segment,
        cast(gross_margin as double) as gross_margin,
        cast(discount_rate as double) as discount_rate,
        cast(expected_remaining_months as double) as expected_remaining_months,
        cast(discounted_remaining_months as double) as discounted_remaining_months,
        residual_value,
        cast(realised_revenue as decimal(18, 4)) as realised_revenue,
        realised_value,
        cast(realised_value + residual_value as decimal(18, 4)) as lifetime_value,
        case
            when segment is null then 'no_plan'
            when not is_active then 'churned'
            when has_given_notice then 'notice_given'
            when mrr is null then 'no_exchange_rate'
            when residual_value is null then fit_status
            else 'projected'
        end as value_status,
        cast(segment_arpa as decimal(18, 4)) as segment_arpa,
        cast(segment_churn_rate as double) as segment_churn_rate,
        cast(segment_arpa * gross_margin / nullif(segment_churn_rate, 0) as decimal(18, 4)) as simple_lifetime_value,
        cast(acquisition_cost as decimal(18, 4)) as acquisition_cost,
        cast(monthly_service_cost * served_months as decimal(18, 4)) as service_cost,
        customer_cost,
        cast(realised_value - customer_cost as decimal(18, 4)) as customer_gain,
        cast(realised_value - customer_cost as double) / nullif(cast(customer_cost as double), 0) as customer_roi,
        cast(first_mrr as decimal(18, 4)) as first_mrr,
        cast(acquisition_cost as double) / nullif(cast(first_mrr as double) * gross_margin, 0) as payback_months,
        {{ as_of_date() }} as as_of_date
    from projected
)

select * from final
