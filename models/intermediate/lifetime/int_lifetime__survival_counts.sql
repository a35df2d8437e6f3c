-- How many lives of a segment came to each renewal, and were lost there. Period 0 is the start; who has not come to
-- the first renewal yet is censored in it.
with lives as (
    select * from {{ ref('int_lifetime__lives') }}
),

outcomes as (
    select
        segment,
        period_months,
        renewed_periods + case when is_lost then 1 else 0 end as period,
        sum(case when is_lost then 1 else 0 end) as lost,
        sum(case when is_lost then 0 else 1 end) as censored
    from lives
    where segment is not null
    group by segment, period_months, renewed_periods + case when is_lost then 1 else 0 end
),

last_periods as (
    select
        segment,
        period_months,
        max(period) as last_period
    from outcomes
    group by segment, period_months
),

-- a hundred years of months
numbers as (
    {{ whole_numbers(1201) }}
),

periods as (
    select
        last_periods.segment,
        last_periods.period_months,
        numbers.number as period
    from last_periods
    inner join numbers
        on last_periods.last_period >= numbers.number
),

final as (
    select
        periods.segment,
        periods.period_months,
        periods.period,
        cast(sum(outcomes.lost + outcomes.censored) as bigint) as at_risk,
        cast(sum(case when outcomes.period = periods.period then outcomes.lost else 0 end) as bigint) as lost,
        cast(sum(case when outcomes.period = periods.period then outcomes.censored else 0 end) as bigint) as censored
    from periods
    inner join outcomes
        on periods.segment = outcomes.segment and periods.period <= outcomes.period
    group by periods.segment, periods.period_months, periods.period
)

select * from final
