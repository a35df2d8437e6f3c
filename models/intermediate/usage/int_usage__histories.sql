-- What is typical of each customer at each month end, from its own earlier months: means, medians and how far months
-- usually lie from the median. Only months count whose whole window lies after the first use.
with months as (
    select * from {{ ref('int_usage__months') }}
),

settings as (
    select * from {{ ref('int_usage__settings') }}
),

earlier_months as (
    select
        months.customer_id,
        months.mau,
        months.window_user_days as user_days,
        -- chance varies a square root of a count by the same half, be the count small or large
        sqrt(months.window_user_days) as root_user_days,
        case
            when months.window_timed_user_days >= settings.short_min_user_days
                then cast(months.window_minutes as double) / nullif(months.window_timed_user_days, 0)
        end as minutes_per_user_day,
        cast({{ before('months.month_start', -1, 0) }} as date) as first_month,
        least(
            cast({{ before('months.month_start', '-settings.history_months', 0) }} as date),
            cast({{ dbt.date_trunc('month', as_of_date()) }} as date)
        ) as last_month
    from months
    cross join settings
    where months.days_since_first_use + 1 >= settings.window_days
),

seen_months as (
    select * from earlier_months where first_month <= last_month
),

compared as (
    {{ date_rows(
        'seen_months', ['customer_id', 'mau', 'user_days', 'root_user_days', 'minutes_per_user_day'],
        'first_month', 'last_month', 'month'
    ) }}
),

middles as (
    select
        customer_id,
        date_at as month_start,
        count(*) as history_months,
        count(minutes_per_user_day) as timed_history_months,
        avg(mau) as mean_mau,
        avg(user_days) as mean_user_days,
        median(user_days) as typical_user_days,
        median(root_user_days) as typical_root_user_days,
        median(minutes_per_user_day) as typical_minutes_per_user_day
    from compared
    group by customer_id, date_at
),

spreads as (
    select
        compared.customer_id,
        compared.date_at as month_start,
        median(abs(compared.root_user_days - middles.typical_root_user_days)) as root_user_days_deviation,
        median(abs(compared.minutes_per_user_day - middles.typical_minutes_per_user_day))
            as minutes_per_user_day_deviation
    from compared
    inner join middles
        on compared.customer_id = middles.customer_id and compared.date_at = middles.month_start
    group by compared.customer_id, compared.date_at
),

final as (
    select
        middles.*,
        spreads.root_user_days_deviation,
        spreads.minutes_per_user_day_deviation
    from middles
    inner join spreads
        on middles.customer_id = spreads.customer_id and middles.month_start = spreads.month_start
)

select * from final
