-- What the product knows of each customer: people seen and days of use.
with person_days as (
    select * from {{ ref('int_usage__person_days') }}
),

final as (
    select
        customer_id,
        count(distinct usage_date) as active_day_count,
        count(distinct user_id) as user_count,
        count(
            distinct case when usage_date > {{ dbt.dateadd('day', -30, as_of_date()) }} then user_id end
        ) as active_user_count_30d,
        count(
            distinct case when usage_date > {{ dbt.dateadd('day', -30, as_of_date()) }} then usage_date end
        ) as active_day_count_30d,
        min(source_system) as source_system,
        min(first_event_at) as first_used_at,
        max(last_event_at) as last_used_at
    from person_days
    group by customer_id
)

select * from final
