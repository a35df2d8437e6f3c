-- How customers of each contract term renew: what was seen, and what the fitted model says and goes on to say.
with survival_counts as (
    select * from {{ ref('int_lifetime__survival_counts') }}
),

fitted as (
    select * from {{ ref('int_lifetime__survival') }}
),

fits as (
    select * from {{ ref('int_lifetime__sbg') }}
),

periods as (
    select
        segment,
        period
    from survival_counts
    union
    select
        segment,
        period
    from fitted
),

seen as (
    select
        *,
        case when period > 0 and at_risk > 0 then (at_risk - lost) / cast(at_risk as double) end as retention
    from survival_counts
),

-- Kaplan-Meier; once nobody is left the curve stays at 0
running as (
    select
        *,
        min(retention) over (
            partition by segment
            order by period
            rows between unbounded preceding and current row
        ) as least_retention,
        sum(coalesce(ln(nullif(retention, 0)), 0)) over (
            partition by segment
            order by period
            rows between unbounded preceding and current row
        ) as log_survival
    from seen
),

curves as (
    select
        *,
        case when least_retention = 0 then 0 else exp(log_survival) end as survival
    from running
),

final as (
    select
        periods.segment,
        cast(periods.period as bigint) as period,
        cast(fits.period_months as bigint) as period_months,
        cast(coalesce(curves.at_risk, 0) as bigint) as at_risk,
        cast(coalesce(curves.lost, 0) as bigint) as lost,
        cast(coalesce(curves.censored, 0) as bigint) as censored,
        curves.retention as actual_retention,
        curves.survival as actual_survival,
        fitted.retention as fitted_retention,
        fitted.survival as fitted_survival,
        fits.alpha,
        fits.beta,
        fits.lives,
        fits.losses,
        fits.fit_status
    from periods
    inner join fits
        on periods.segment = fits.segment
    left join curves
        on periods.segment = curves.segment and periods.period = curves.period
    left join fitted
        on periods.segment = fitted.segment and periods.period = fitted.period
)

select * from final
