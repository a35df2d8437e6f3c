-- When each schedule is open, as UTC instants, day by day. The week is written in wall-clock time, so each interval is
-- converted on its own day: it moves with summer time, and one that runs over the change is an hour shorter or longer.
with week_intervals as (
    select * from {{ ref('stg_zendesk__schedule') }} where row_status = 'used'
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
        {{ record_key('zendesk', 'schedule', 'week_intervals.schedule_id') }} as schedule_key,
        day_numbers.number % 7 as weekday,
        greatest(week_intervals.start_minute - day_numbers.number * 1440, 0) as opens_minute,
        least(week_intervals.end_minute - day_numbers.number * 1440, 1440) as closes_minute
    from week_intervals
    inner join day_numbers
        on
            week_intervals.start_minute < (day_numbers.number + 1) * 1440
            and week_intervals.end_minute > day_numbers.number * 1440
    where week_intervals.start_minute < week_intervals.end_minute
),

-- pieces that overlap or meet are one, or their time would count twice
ordered as (
    select
        *,
        max(closes_minute) over (
            partition by schedule_key, weekday
            order by opens_minute asc, closes_minute asc
            rows between unbounded preceding and 1 preceding
        ) as closes_before
    from pieces
),

numbered as (
    select
        *,
        sum(case when opens_minute <= closes_before then 0 else 1 end) over (
            partition by schedule_key, weekday
            order by opens_minute asc, closes_minute asc
            rows between unbounded preceding and current row
        ) as opening
    from ordered
),

openings as (
    select
        schedule_key,
        weekday,
        min(opens_minute) as opens_minute,
        max(closes_minute) as closes_minute
    from numbered
    group by schedule_key, weekday, opening
),

local_times as (
    select
        days.schedule_key,
        days.schedule_date,
        days.iana_name,
        {{ plus_minutes('cast(days.schedule_date as timestamp)', 'openings.opens_minute') }} as opens_local,
        {{ plus_minutes('cast(days.schedule_date as timestamp)', 'openings.closes_minute') }} as closes_local
    from days
    inner join openings
        on
            days.schedule_key = openings.schedule_key
            and days.weekday = openings.weekday
    where not days.is_holiday
),

instants as (
    select
        schedule_key,
        schedule_date,
        {{ local_to_utc('opens_local', 'iana_name') }} as opens_at,
        {{ local_to_utc('closes_local', 'iana_name') }} as closes_at
    from local_times
),

final as (
    select * from instants
    -- an interval within the hour that spring leaves out
    where opens_at < closes_at
)

select * from final
