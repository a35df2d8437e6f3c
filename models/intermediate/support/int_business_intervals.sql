-- When each schedule is open, as UTC instants, day by day. The week is written in wall-clock time, so each interval is
-- converted on its own day: it moves with summer time, and one that runs over the change is an hour shorter or longer.
{% set in_summer = '-local_times.offset_minutes - ' %}
with schedules as (
    select * from {{ ref('int_business_schedules') }}
),

week_intervals as (
    select * from {{ ref('int_business_weeks') }}
),

daylight_times as (
    select * from {{ ref('stg_zendesk__daylight_time') }} where row_status = 'used'
),

days as (
    select * from {{ ref('int_business_days') }}
),

-- two weeks, for an interval that runs over Saturday's midnight
day_numbers as (
    {{ whole_numbers(14) }}
),

-- one piece a day: a holiday closes its own day only
pieces as (
    select
        week_intervals.schedule_key,
        week_intervals.valid_from,
        week_intervals.valid_until,
        day_numbers.number % 7 as weekday,
        greatest(week_intervals.start_minute - day_numbers.number * 1440, 0) as opens_minute,
        least(week_intervals.end_minute - day_numbers.number * 1440, 1440) as closes_minute
    from week_intervals
    inner join day_numbers
        on
            week_intervals.start_minute < (day_numbers.number + 1) * 1440
            and week_intervals.end_minute > day_numbers.number * 1440
),

-- pieces that overlap or meet are one, or their time would count twice
ordered as (
    select
        *,
        max(closes_minute) over (
            partition by schedule_key, valid_until, weekday
            order by opens_minute asc, closes_minute asc
            rows between unbounded preceding and 1 preceding
        ) as closes_before
    from pieces
),

numbered as (
    select
        *,
        sum(case when opens_minute <= closes_before then 0 else 1 end) over (
            partition by schedule_key, valid_until, weekday
            order by opens_minute asc, closes_minute asc
            rows between unbounded preceding and current row
        ) as opening
    from ordered
),

openings as (
    select
        schedule_key,
        valid_from,
        valid_until,
        weekday,
        min(opens_minute) as opens_minute,
        max(closes_minute) as closes_minute
    from numbered
    group by schedule_key, valid_from, valid_until, weekday, opening
),

local_times as (
    select
        days.schedule_key,
        days.schedule_date,
        openings.valid_from,
        openings.valid_until,
        schedules.time_zone,
        schedules.iana_name,
        -- what the help desk says of its zones holds for the years that it tells of
        case
            when
                schedules.iana_name is null
                or days.schedule_date between
                cast(schedules.daylight_from as date) and cast(schedules.daylight_until as date)
                then schedules.standard_offset_minutes
        end as offset_minutes,
        {{ plus_minutes('cast(days.schedule_date as timestamp)', 'openings.opens_minute') }} as opens_local,
        {{ plus_minutes('cast(days.schedule_date as timestamp)', 'openings.closes_minute') }} as closes_local
    from days
    inner join schedules
        on days.schedule_key = schedules.schedule_key
    inner join openings
        on
            days.schedule_key = openings.schedule_key
            and days.weekday = openings.weekday
    where not days.is_holiday
),

-- summer times that overlap say the same twice
instants as (
    select distinct
        local_times.schedule_key,
        local_times.schedule_date,
        local_times.valid_from,
        local_times.valid_until,
        case
            when local_times.offset_minutes is not null
                then {{ plus_minutes(
                    'local_times.opens_local',
                    '-local_times.offset_minutes - coalesce(opens_in_summer.daylight_offset_minutes, 0)'
                ) }}
            else {{ local_to_utc('local_times.opens_local', 'local_times.iana_name') }}
        end as opens_at,
        case
            when local_times.offset_minutes is not null
                then {{ plus_minutes(
                    'local_times.closes_local',
                    '-local_times.offset_minutes - coalesce(closes_in_summer.daylight_offset_minutes, 0)'
                ) }}
            else {{ local_to_utc('local_times.closes_local', 'local_times.iana_name') }}
        end as closes_at
    from local_times
    left join daylight_times as opens_in_summer
        on
            local_times.time_zone = opens_in_summer.time_zone
            and local_times.offset_minutes is not null
            and {{ plus_minutes('local_times.opens_local', in_summer ~ 'opens_in_summer.daylight_offset_minutes') }}
            >= opens_in_summer.starts_at
            and {{ plus_minutes('local_times.opens_local', in_summer ~ 'opens_in_summer.daylight_offset_minutes') }}
            < opens_in_summer.ends_at
    left join daylight_times as closes_in_summer
        on
            local_times.time_zone = closes_in_summer.time_zone
            and local_times.offset_minutes is not null
            and {{ plus_minutes('local_times.closes_local', in_summer ~ 'closes_in_summer.daylight_offset_minutes') }}
            >= closes_in_summer.starts_at
            and {{ plus_minutes('local_times.closes_local', in_summer ~ 'closes_in_summer.daylight_offset_minutes') }}
            < closes_in_summer.ends_at
),

-- a week that gave way to another ends there and then
final as (
    select
        schedule_key,
        schedule_date,
        greatest(opens_at, valid_from) as opens_at,
        least(closes_at, valid_until) as closes_at
    from instants
    -- not an interval within the hour that spring leaves out
    where
        opens_at < closes_at
        and coalesce(closes_at > valid_from, true)
        and coalesce(opens_at < valid_until, true)
)

select * from final
