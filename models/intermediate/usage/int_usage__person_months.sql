-- The months in which a person of a customer used the product, each with the one before and the one after.
with person_days as (
    select * from {{ ref('int_usage__person_days') }} where is_active
),

months as (
    select
        customer_id,
        user_id,
        cast({{ dbt.date_trunc('month', 'usage_date') }} as date) as month_start,
        min(usage_date) as first_active_date,
        max(usage_date) as last_active_date
    from person_days
    group by customer_id, user_id, cast({{ dbt.date_trunc('month', 'usage_date') }} as date)
),

final as (
    select
        customer_id,
        user_id,
        month_start,
        first_active_date,
        last_active_date,
        lag(month_start) over (partition by customer_id, user_id order by month_start) as previous_month_start,
        lead(month_start) over (partition by customer_id, user_id order by month_start) as next_month_start
    from months
)

select * from final
