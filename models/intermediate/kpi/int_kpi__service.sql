-- Uptime of all components by month, for the company: an incident belongs to no segment.
with uptime as (
    select * from {{ ref('uptime_months') }} where is_overall
),

final as (
    select
        month_end,
        'overall' as segment_type,
        'all' as segment,
        uptime_minutes,
        watched_minutes,
        outage_count
    from uptime
)

select * from final
