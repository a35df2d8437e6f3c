-- The days of each business-hours schedule, in its own time zone, from the first ticket or e-mail to as_of_date.
with intervals as (
    select * from {{ ref('stg_zendesk__schedule') }} where row_status = 'used'
),

holidays as (
    select * from {{ ref('stg_zendesk__schedule_holiday') }} where row_status = 'used'
),

time_zones as (
    select * from {{ ref('time_zones') }}
),

instants as (
    select opened_at as happened_at from {{ ref('int_tickets') }}
    union all
    select sent_at as happened_at from {{ ref('int_emails') }}
),

-- the day before, because it may still be that day at the schedule's place
first_day as (
    select cast({{ before('min(happened_at)', 0, 1) }} as date) as first_date from instants
),

-- a tool may also give the name in the IANA database
zone_names as (
    select
        time_zone,
        iana_name
    from time_zones
    union
    select
        iana_name as time_zone,
        iana_name
    from time_zones
),

schedules as (
    select
        {{ record_key('zendesk', 'schedule', 'intervals.schedule_id') }} as schedule_key,
        intervals.schedule_id,
        max(intervals.schedule_name) as schedule_name,
        max(zone_names.iana_name) as iana_name,
        min(intervals.created_at) as created_at
    from intervals
    inner join zone_names
        on intervals.time_zone = zone_names.time_zone
    group by intervals.schedule_id
),

spans as (
    select
        schedules.schedule_key,
        schedules.schedule_id,
        schedules.schedule_name,
        schedules.iana_name,
        schedules.created_at,
        first_day.first_date,
        -- on as_of_date's evening it can be two days later elsewhere
        cast({{ dbt.dateadd('day', 2, as_of_date()) }} as date) as last_date
    from schedules
    cross join first_day
    where first_day.first_date is not null
),

days as (
    {{ date_rows(
        'spans',
        ['schedule_key', 'schedule_id', 'schedule_name', 'iana_name', 'created_at'],
        'first_date',
        'last_date'
    ) }}
),

-- longest first, so that one row a day is left of holidays that overlap
holiday_spans as (
    select
        schedule_id,
        start_date,
        max(end_date) as end_date
    from holidays
    where start_date <= end_date
    group by schedule_id, start_date
),

holiday_dates as (
    {{ date_rows('holiday_spans', ['schedule_id'], 'start_date', 'end_date') }}
),

holiday_days as (
    select distinct
        schedule_id,
        date_at
    from holiday_dates
),

final as (
    select
        days.schedule_key,
        days.schedule_name,
        days.iana_name,
        days.created_at,
        days.date_at as schedule_date,
        {{ weekday('days.date_at') }} as weekday,
        holiday_days.date_at is not null as is_holiday
    from days
    left join holiday_days
        on
            days.schedule_id = holiday_days.schedule_id
            and days.date_at = holiday_days.date_at
)

select * from final
