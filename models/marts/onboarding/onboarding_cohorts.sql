-- Activation by month of start. The rate is about customers whose window is over: the others may still make it.
with customers as (
    select * from {{ ref('onboarding_customers') }}
),

marked as (
    select
        *,
        activation_status <> 'not_in_product' as is_in_product,
        activation_status <> 'not_in_product' and not is_censored as is_mature
    from customers
),

cohorts as (
    select
        cohort_month_end,
        max(case when is_start_known then 1 else 0 end) = 1 as is_start_known,
        count(*) as customer_count,
        count(case when not is_in_product then 1 end) as not_in_product_count,
        count(case when is_in_product and is_censored then 1 end) as censored_count,
        count(case when is_mature then 1 end) as mature_count,
        count(case when is_mature and is_activated_in_time then 1 end) as activated_count,
        count(case when is_mature and activated_date is not null then 1 end) as reached_count,
        median(case when is_mature then days_to_first_value end) as median_days_to_first_value,
        count(case when is_censored then 1 end) > 0 as is_provisional
    from marked
    group by cohort_month_end
),

final as (
    select
        cohort_month_end,
        {{ is_partial_month('cohort_month_end') }} as is_partial,
        is_start_known,
        is_provisional,
        cast(customer_count as bigint) as customer_count,
        cast(not_in_product_count as bigint) as not_in_product_count,
        cast(censored_count as bigint) as censored_count,
        cast(mature_count as bigint) as mature_count,
        cast(activated_count as bigint) as activated_count,
        cast(activated_count as double) / nullif(mature_count, 0) as activation_rate,
        cast(reached_count as bigint) as reached_count,
        cast(reached_count as double) / nullif(mature_count, 0) as reached_share,
        cast(median_days_to_first_value as double) as median_days_to_first_value,
        {{ as_of_date() }} as as_of_date
    from cohorts
)

select * from final
