-- Months that a customer who has renewed n times is expected to renew from the next renewal on, up to the horizon: the
-- sum over k of r(n + 1) ... r(n + k), which is S(n + k) / S(n), a term each; and the same discounted to that renewal,
-- for terms are paid in advance.
with survival as (
    select * from {{ ref('int_lifetime__survival') }}
),

settings as (
    select * from {{ ref('int_lifetime__settings') }}
),

assumptions as (
    select * from {{ ref('int_lifetime__assumptions') }}
),

counted as (
    select
        segment,
        max(period) as last_period
    from {{ ref('int_lifetime__survival_counts') }}
    group by segment
),

pairs as (
    select
        today.segment,
        today.period,
        today.period_months,
        ahead.survival / today.survival as share,
        (ahead.period - today.period - 1) * today.period_months as months_ahead,
        assumptions.discount_rate
    from survival as today
    inner join counted
        on today.segment = counted.segment and today.period <= counted.last_period
    cross join settings
    inner join survival as ahead
        on today.segment = ahead.segment and today.period < ahead.period
    inner join assumptions
        on today.segment = assumptions.segment
    where (ahead.period - today.period - 1) * today.period_months < settings.horizon_months
),

final as (
    select
        segment,
        period as renewed_periods,
        period_months,
        max(discount_rate) as discount_rate,
        sum(share * period_months) as renewed_months,
        sum(share * period_months * power(1 + discount_rate, -months_ahead / cast(12 as double)))
            as discounted_renewed_months
    from pairs
    group by segment, period, period_months
)

select * from final
