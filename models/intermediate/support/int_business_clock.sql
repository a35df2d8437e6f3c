-- How many seconds each schedule had been open until any instant: from `from_at` on it is open for `open_seconds`, then
-- closed until `until_at`. Rows begin anew each UTC day, so that an instant finds its row by schedule and day
-- (macros/time/business_clock.sql).
with days as (
    select * from {{ ref('int_business_days') }}
),

intervals as (
    select
        schedule_key,
        opens_at,
        closes_at,
        cast(opens_at as date) as first_date,
        cast(closes_at as date) as last_date
    from {{ ref('int_business_intervals') }}
),

interval_days as (
    {{ date_rows('intervals', ['schedule_key', 'opens_at', 'closes_at'], 'first_date', 'last_date') }}
),

cut_at_midnight as (
    select
        schedule_key,
        date_at as clock_date,
        greatest(opens_at, cast(date_at as timestamp)) as from_at,
        least(closes_at, {{ plus_minutes('cast(date_at as timestamp)', '1440') }}) as closes_at
    from interval_days
),

readings as (
    select
        schedule_key,
        clock_date,
        from_at,
        {{ seconds_between('from_at', 'closes_at') }} as open_seconds
    from cut_at_midnight
    where from_at < closes_at
    union all
    -- from midnight to the first opening
    select
        schedule_key,
        schedule_date as clock_date,
        cast(schedule_date as timestamp) as from_at,
        0 as open_seconds
    from days
),

added_up as (
    select
        schedule_key,
        clock_date,
        from_at,
        lead(from_at) over (
            partition by schedule_key
            order by from_at asc, open_seconds asc
        ) as next_at,
        open_seconds,
        sum(open_seconds) over (
            partition by schedule_key
            order by from_at asc, open_seconds asc
            rows between unbounded preceding and current row
        ) as seconds_after
    from readings
),

final as (
    select
        schedule_key,
        clock_date,
        from_at,
        coalesce(next_at, {{ plus_minutes('cast(clock_date as timestamp)', '1440') }}) as until_at,
        cast(open_seconds as bigint) as open_seconds,
        cast(seconds_after - open_seconds as bigint) as seconds_before
    from added_up
    -- a schedule that opens at midnight has nothing before its opening
    where coalesce(from_at < next_at, true)
)

select * from final
