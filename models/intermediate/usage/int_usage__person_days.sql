-- Use of the product by a person of a customer on a day. A person may have several visitor records, and counts once.
-- Every day of every visitor is read here; what counts persons reads this model.
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
        cast(sum(usage_days.active_minutes) as bigint) as active_minutes,
        sum(usage_days.event_count) >= max(settings.min_events) as is_active,
        min(usage_days.source_system) as source_system,
        min(usage_days.first_event_at) as first_event_at,
        max(usage_days.last_event_at) as last_event_at
    from usage_days
    cross join settings
    where usage_days.customer_id is not null
    group by
        usage_days.customer_id,
        coalesce(usage_days.person_id, usage_days.person_key),
        usage_days.usage_date
)

select * from final
