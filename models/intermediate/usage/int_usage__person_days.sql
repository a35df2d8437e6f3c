-- Use of the product by a person of a customer on a day. A person may have several visitor records, and counts once.
-- The only usage model that reads every day of every visitor; what follows reads this one.
with usage_days as (
    {{ with_customer('int_usage_days') }}
),

settings as (
    select * from {{ ref('int_usage__settings') }}
),

final as (
    select
        usage_days.customer_id,
        coalesce(usage_days.person_id, usage_days.person_key) as user_id,
        usage_days.usage_date,
        cast(sum(usage_days.event_count) as bigint) as event_count,
        cast(sum(usage_days.active_minutes) as bigint) as active_minutes
    from usage_days
    cross join settings
    where usage_days.customer_id is not null
    group by
        usage_days.customer_id,
        coalesce(usage_days.person_id, usage_days.person_key),
        usage_days.usage_date
    having sum(usage_days.event_count) >= max(settings.min_events)
)

select * from final
