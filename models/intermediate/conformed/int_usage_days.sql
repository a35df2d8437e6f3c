-- Use of the product by a person on a day, in the reporting time zone.
with usage_hours as (
    select * from {{ ref('int_usage_hours') }}
),

final as (
    select
        source_system,
        person_key,
        account_key,
        {{ to_reporting_date('used_at') }} as usage_date,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(active_minutes) as bigint) as active_minutes,
        count(*) as active_hours,
        min(used_at) as first_event_at,
        max(used_at) as last_event_at
    from usage_hours
    group by source_system, person_key, account_key, {{ to_reporting_date('used_at') }}
)

select * from final
