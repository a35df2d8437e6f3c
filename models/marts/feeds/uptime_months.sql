-- Uptime of each component, and of all together, by month.
with months as (
    select * from {{ ref('int_service__months') }}
),

unioned as (
    select
        month_end,
        component_key,
        component_name,
        false as is_overall,
        watched_seconds,
        downtime_seconds,
        outage_count
    from months
    union all
    select
        month_end,
        'all' as component_key,
        'All components' as component_name,
        true as is_overall,
        sum(watched_seconds) as watched_seconds,
        sum(downtime_seconds) as downtime_seconds,
        sum(outage_count) as outage_count
    from months
    group by month_end
),

final as (
    select
        month_end,
        component_key,
        component_name,
        is_overall,
        {{ is_partial_month('month_end') }} as is_partial,
        cast(watched_seconds as double) / 60 as watched_minutes,
        cast(downtime_seconds as double) / 60 as downtime_minutes,
        cast(watched_seconds - downtime_seconds as double) / 60 as uptime_minutes,
        cast(watched_seconds - downtime_seconds as double) / nullif(watched_seconds, 0) as uptime_share,
        cast(outage_count as bigint) as outage_count,
        {{ as_of_date() }} as as_of_date
    from unioned
)

select * from final
