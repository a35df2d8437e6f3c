-- The model of renewal of each segment, or why there is none.
with survival_counts as (
    select * from {{ ref('int_lifetime__survival_counts') }}
),

settings as (
    select * from {{ ref('int_lifetime__settings') }}
),

totals as (
    select
        segment,
        period_months,
        sum(case when period = 0 then at_risk else 0 end) as lives,
        sum(lost) as losses,
        count(case when period > 0 and at_risk > 0 then 1 end) as periods
    from survival_counts
    group by segment, period_months
),

judged as (
    select
        totals.segment,
        totals.period_months,
        totals.lives,
        totals.losses,
        totals.periods,
        case
            when totals.losses < settings.min_losses then 'too_few_losses'
            when totals.periods < settings.min_periods then 'too_few_periods'
            else 'fitted'
        end as fit_status
    from totals
    cross join settings
),

enough as (
    select survival_counts.*
    from survival_counts
    inner join judged
        on survival_counts.segment = judged.segment
    where judged.fit_status = 'fitted'
),

fits as (
    {{ fit_sbg('enough') | indent(4) }}
),

final as (
    select
        judged.segment,
        judged.period_months,
        cast(judged.lives as bigint) as lives,
        cast(judged.losses as bigint) as losses,
        cast(judged.periods as bigint) as periods,
        fits.alpha,
        fits.beta,
        fits.log_likelihood,
        case when fits.is_at_bound then 'fitted_at_bound' else judged.fit_status end as fit_status
    from judged
    left join fits
        on judged.segment = fits.segment
)

select * from final
