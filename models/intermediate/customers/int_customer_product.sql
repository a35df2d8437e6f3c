-- What the product knows of each customer: people seen and days of use.
with usage_days as (
    {{ with_customer('int_usage_days') }}
),

final as (
    select
        customer_id,
        count(distinct usage_date) as active_day_count,
        count(distinct coalesce(person_id, person_key)) as user_count,
        count(
            distinct case
                when usage_date > {{ dbt.dateadd('day', -30, as_of_date()) }} then coalesce(person_id, person_key)
            end
        ) as active_user_count_30d,
        count(
            distinct case when usage_date > {{ dbt.dateadd('day', -30, as_of_date()) }} then usage_date end
        ) as active_day_count_30d,
        min(source_system) as source_system,
        min(first_event_at) as first_used_at,
        max(last_event_at) as last_used_at
    from usage_days
    where customer_id is not null
    group by customer_id
)

select * from final
