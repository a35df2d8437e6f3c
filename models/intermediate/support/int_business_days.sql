-- The days of each business-hours schedule, in its own time zone, from the first ticket or e-mail to as_of_date.
with schedules as (
    select * from {{ ref('int_business_schedules') }}
),

holidays as (
    select * from {{ ref('stg_zendesk__schedule_holiday') }} where row_status = 'used'
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

spans as (
    select
        schedules.schedule_key,
        schedules.schedule_id,
        first_day.first_date,
        -- on as_of_date's evening it can be two days later elsewhere
        cast({{ dbt.dateadd('day', 2, as_of_date()) }} as date) as last_date
    from schedules
    cross join first_day
    where
        first_day.first_date is not null
        and (schedules.iana_name is not null or schedules.standard_offset_minutes is not null)
),

days as (
    {{ date_rows('spans', ['schedule_key', 'schedule_id'], 'first_date', 'last_date') }}
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
