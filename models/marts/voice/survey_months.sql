-- NPS with its interval, CSAT, CES and response rate of each month, and of the days up to its end beside it.
with voices as (
    select * from {{ ref('int_survey_voices') }}
),

settings as (
    select {{ voice_setting('interval_z', 'double') }}
    from {{ ref('voice_settings') }}
),

window_settings as (
    select
        replace(setting, '_window_days', '') as kind,
        cast(value as bigint) as window_days
    from {{ ref('voice_settings') }}
    where setting like '%window_days'
),

scopes as (
    select 'month' as scope
    union all
    select 'window' as scope
),

-- a month in which nobody was asked is a row, too
first_months as (
    select
        kind,
        grain,
        cast({{ dbt.date_trunc('month', 'min(month_end)') }} as date) as first_month,
        cast({{ dbt.date_trunc('month', as_of_date()) }} as date) as last_month
    from voices
    group by kind, grain
),

month_rows as (
    {{ date_rows('first_months', ['kind', 'grain'], 'first_month', 'last_month', 'month') }}
),

months as (
    select
        month_rows.kind,
        month_rows.grain,
        scopes.scope,
        {{ month_end('month_rows.date_at') }} as month_end,
        {{ is_partial_month('month_rows.date_at') }} as is_partial
    from month_rows
    cross join scopes
),

counted as (
    select
        month_end,
        kind,
        grain,
        scope,
        count(case when is_answered then 1 end) as answers,
        count(case when not is_answered then 1 end) as declines,
        count(case when nps_value = 100 then 1 end) as promoters,
        count(case when nps_value = 0 then 1 end) as passives,
        count(case when nps_value = -100 then 1 end) as detractors,
        count(case when is_satisfied then 1 end) as satisfied,
        sum(ces_value) as ces_total,
        count(case when is_easy then 1 end) as easy
    from voices
    group by month_end, kind, grain, scope
),

filled as (
    select
        months.month_end,
        months.is_partial,
        months.kind,
        months.grain,
        months.scope,
        settings.interval_z,
        window_settings.window_days,
        coalesce(counted.answers, 0) as answers,
        coalesce(counted.declines, 0) as declines,
        coalesce(counted.answers, 0) + coalesce(counted.declines, 0) as asked,
        case when months.kind = 'nps' then coalesce(counted.promoters, 0) end as promoters,
        case when months.kind = 'nps' then coalesce(counted.passives, 0) end as passives,
        case when months.kind = 'nps' then coalesce(counted.detractors, 0) end as detractors,
        case when months.kind = 'csat' then coalesce(counted.satisfied, 0) end as satisfied,
        case when months.kind = 'ces' then coalesce(counted.ces_total, 0) end as ces_total,
        case when months.kind = 'ces' then coalesce(counted.easy, 0) end as easy
    from months
    cross join settings
    left join window_settings
        on months.kind = window_settings.kind
    left join counted
        on
            months.month_end = counted.month_end
            and months.kind = counted.kind
            and months.grain = counted.grain
            and months.scope = counted.scope
),

-- the variance of one answer is (p + d - (p - d)^2), here in whole numbers as long as possible
with_ratios as (
    select
        *,
        cast(answers as double) / nullif(asked, 0) as response_rate,
        cast(declines as double) / nullif(asked, 0) as decline_rate,
        cast(100 * (promoters - detractors) as double) / nullif(answers, 0) as nps,
        100 * sqrt(
            cast(
                answers * (promoters + detractors) - (promoters - detractors) * (promoters - detractors) as double
            ) / nullif(answers, 0)
        ) / nullif(answers, 0) as nps_standard_error,
        cast(satisfied as double) / nullif(answers, 0) as csat,
        cast(ces_total as double) / nullif(answers, 0) as ces,
        cast(easy as double) / nullif(answers, 0) as easy_share
    from filled
),

figures as (
    select
        *,
        case when nps_standard_error > 0 then greatest(nps - interval_z * nps_standard_error, -100) end as nps_low,
        case when nps_standard_error > 0 then least(nps + interval_z * nps_standard_error, 100) end as nps_high
    from with_ratios
),

of_months as (
    select * from figures where scope = 'month'
),

of_windows as (
    select * from figures where scope = 'window'
),

final as (
    select
        of_months.month_end,
        of_months.is_partial,
        of_months.kind,
        of_months.grain,
        cast(of_months.answers as bigint) as answers,
        cast(of_months.declines as bigint) as declines,
        cast(of_months.asked as bigint) as asked,
        of_months.response_rate,
        of_months.decline_rate,
        cast(of_months.promoters as bigint) as promoters,
        cast(of_months.passives as bigint) as passives,
        cast(of_months.detractors as bigint) as detractors,
        of_months.nps,
        of_months.nps_standard_error,
        of_months.nps_low,
        of_months.nps_high,
        cast(of_months.satisfied as bigint) as satisfied,
        of_months.csat,
        cast(of_months.ces_total as decimal(18, 4)) as ces_total,
        of_months.ces,
        cast(of_months.easy as bigint) as easy,
        of_months.easy_share,
        of_windows.window_days,
        cast({{ dbt.dateadd('day', '(1 - of_windows.window_days)', 'of_windows.month_end') }} as date)
            as window_first_date,
        cast(of_windows.answers as bigint) as window_answers,
        cast(of_windows.declines as bigint) as window_declines,
        cast(of_windows.asked as bigint) as window_asked,
        of_windows.response_rate as window_response_rate,
        of_windows.decline_rate as window_decline_rate,
        cast(of_windows.promoters as bigint) as window_promoters,
        cast(of_windows.passives as bigint) as window_passives,
        cast(of_windows.detractors as bigint) as window_detractors,
        of_windows.nps as window_nps,
        of_windows.nps_standard_error as window_nps_standard_error,
        of_windows.nps_low as window_nps_low,
        of_windows.nps_high as window_nps_high,
        cast(of_windows.satisfied as bigint) as window_satisfied,
        of_windows.csat as window_csat,
        cast(of_windows.ces_total as decimal(18, 4)) as window_ces_total,
        of_windows.ces as window_ces,
        cast(of_windows.easy as bigint) as window_easy,
        of_windows.easy_share as window_easy_share
    from of_months
    inner join of_windows
        on
            of_months.month_end = of_windows.month_end
            and of_months.kind = of_windows.kind
            and of_months.grain = of_windows.grain
)

select * from final
