-- The months in which a person of a customer used a feature.
with feature_days as (
    {{ with_customer('int_feature_usage_days') }}
),

months as (
    select
        customer_id,
        coalesce(person_id, person_key) as user_id,
        feature_key,
        cast({{ dbt.date_trunc('month', 'usage_date') }} as date) as month_start,
        cast(sum(use_count) as bigint) as use_count,
        max(usage_date) as last_used_date
    from feature_days
    where customer_id is not null
    group by
        customer_id,
        coalesce(person_id, person_key),
        feature_key,
        cast({{ dbt.date_trunc('month', 'usage_date') }} as date)
    having sum(use_count) > 0
),

final as (
    select
        *,
        lag(month_start) over (partition by customer_id, user_id, feature_key order by month_start) is null as is_first
    from months
)

select * from final
