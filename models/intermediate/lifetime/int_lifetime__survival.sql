-- Fitted retention and survival by segment and period, far enough for the longest-lived customer and the horizon.
with fits as (
    select * from {{ ref('int_lifetime__sbg') }} where alpha is not null
),

{% set last_period = 1200 -%}
survival as (
    {{ sbg_survival('fits', last_period) | indent(4) }}
),

counted as (
    select
        segment,
        max(period) as last_period
    from {{ ref('int_lifetime__survival_counts') }}
    group by segment
),

settings as (
    select * from {{ ref('int_lifetime__settings') }}
),

final as (
    select
        survival.segment,
        fits.period_months,
        survival.period,
        survival.retention,
        survival.survival
    from survival
    inner join fits
        on survival.segment = fits.segment
    inner join counted
        on survival.segment = counted.segment
    cross join settings
    where survival.period <= counted.last_period + 1 + settings.horizon_months / fits.period_months
)

select * from final
