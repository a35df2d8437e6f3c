-- Business-hours schedules and the time zone that each is written in: its name in the IANA database (directly, or by
-- the seed time_zones), and what the help desk itself says of the zone's distance from UTC, where that is delivered. A
-- schedule that was deleted still counts for tickets that were on it.
{{ config(post_hook="{{ check_time_zones() }}") }}
with intervals as (
    select * from {{ ref('stg_zendesk__schedule') }} where row_status in ('used', 'deleted')
),

time_zones as (
    select * from {{ ref('time_zones') }}
),

iana_zones as (
    select iana_name from {{ iana_time_zones() }}
),

desk_zones as (
    select * from {{ ref('stg_zendesk__time_zone') }} where row_status = 'used'
),

daylight_times as (
    select
        time_zone,
        min(starts_at) as daylight_from,
        max(ends_at) as daylight_until
    from {{ ref('stg_zendesk__daylight_time') }}
    where row_status = 'used'
    group by time_zone
),

schedules as (
    select
        schedule_id,
        min(created_at) as created_at,
        max(case when row_status = 'used' then 1 else 0 end) = 0 as is_deleted,
        max(case when row_status = 'deleted' then deleted_at end) as last_deleted_at,
        -- of rows that differ the live ones count
        coalesce(max(case when row_status = 'used' then schedule_name end), max(schedule_name)) as schedule_name,
        coalesce(max(case when row_status = 'used' then time_zone end), max(time_zone)) as time_zone
    from intervals
    group by schedule_id
),

final as (
    select
        {{ record_key('zendesk', 'schedule', 'schedules.schedule_id') }} as schedule_key,
        schedules.schedule_id,
        schedules.schedule_name,
        schedules.created_at,
        schedules.is_deleted,
        schedules.last_deleted_at,
        schedules.time_zone,
        coalesce(time_zones.iana_name, iana_zones.iana_name) as iana_name,
        desk_zones.standard_offset_minutes,
        daylight_times.daylight_from,
        daylight_times.daylight_until
    from schedules
    left join time_zones
        on schedules.time_zone = time_zones.time_zone
    left join iana_zones
        on lower(schedules.time_zone) = lower(iana_zones.iana_name)
    left join desk_zones
        on schedules.time_zone = desk_zones.time_zone
    left join daylight_times
        on schedules.time_zone = daylight_times.time_zone
)

select * from final
