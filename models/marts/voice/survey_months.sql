-- NPS with its interval, CSAT, CES and response rate of each month, and of the days up to its end beside it.
{%- set scopes = [('month', ''), ('window', 'window_')] %}
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
        kind,
        grain,
        least(cast({{ dbt.last_day('date_at', 'month') }} as date), {{ as_of_date() }}) as month_end,
        cast({{ dbt.last_day('date_at', 'month') }} as date) > {{ as_of_date() }} as is_partial
    from month_rows
),

counted as (
    select
        month_end,
        kind,
        grain
        {%- for scope, prefix in scopes %},
        count(case when scope = '{{ scope }}' and is_answered then 1 end) as {{ prefix }}answers,
        count(case when scope = '{{ scope }}' and not is_answered then 1 end) as {{ prefix }}declines,
        count(case when scope = '{{ scope }}' and nps_value = 100 then 1 end) as {{ prefix }}promoters,
        count(case when scope = '{{ scope }}' and nps_value = 0 then 1 end) as {{ prefix }}passives,
        count(case when scope = '{{ scope }}' and nps_value = -100 then 1 end) as {{ prefix }}detractors,
        count(case when scope = '{{ scope }}' and is_satisfied then 1 end) as {{ prefix }}satisfied,
        sum(case when scope = '{{ scope }}' then ces_value end) as {{ prefix }}ces_total,
        count(case when scope = '{{ scope }}' and is_easy then 1 end) as {{ prefix }}easy
        {%- endfor %}
    from voices
    group by month_end, kind, grain
),

filled as (
    select
        months.month_end,
        months.is_partial,
        months.kind,
        months.grain,
        window_settings.window_days,
        settings.interval_z
        {%- for _, prefix in scopes %},
        {%- for count in ['answers', 'declines'] %}
        coalesce(counted.{{ prefix }}{{ count }}, 0) as {{ prefix }}{{ count }},
        {%- endfor %}
        {%- for kind, count in [
            ('nps', 'promoters'), ('nps', 'passives'), ('nps', 'detractors'), ('csat', 'satisfied'), ('ces', 'easy')
        ] %}
        case when months.kind = '{{ kind }}' then coalesce(counted.{{ prefix }}{{ count }}, 0) end
            as {{ prefix }}{{ count }},
        {%- endfor %}
        case when months.kind = 'ces' then coalesce(counted.{{ prefix }}ces_total, 0) end as {{ prefix }}ces_total
        {%- endfor %}
    from months
    cross join settings
    left join window_settings
        on months.kind = window_settings.kind
    left join counted
        on
            months.month_end = counted.month_end
            and months.kind = counted.kind
            and months.grain = counted.grain
),

-- the variance of one answer is (p + d - (p - d)^2), here in whole numbers as long as possible
with_errors as (
    select
        *
        {%- for _, prefix in scopes %},
        cast(100 * ({{ prefix }}promoters - {{ prefix }}detractors) as double)
        / nullif({{ prefix }}answers, 0) as {{ prefix }}nps,
        100 * sqrt(
            cast(
                {{ prefix }}answers * ({{ prefix }}promoters + {{ prefix }}detractors)
                - ({{ prefix }}promoters - {{ prefix }}detractors) * ({{ prefix }}promoters - {{ prefix }}detractors)
                as double
            ) / nullif({{ prefix }}answers, 0)
        ) / nullif({{ prefix }}answers, 0) as {{ prefix }}nps_standard_error
        {%- endfor %}
    from filled
),

final as (
    select
        month_end,
        is_partial,
        kind,
        grain,
        {%- for scope, prefix in scopes %}
        {%- if scope == 'window' %}
        window_days,
        cast({{ dbt.dateadd('day', '1 - window_days', 'month_end') }} as date) as window_first_date,
        {%- endif %}
        cast({{ prefix }}answers as bigint) as {{ prefix }}answers,
        cast({{ prefix }}declines as bigint) as {{ prefix }}declines,
        cast({{ prefix }}answers + {{ prefix }}declines as bigint) as {{ prefix }}asked,
        cast({{ prefix }}answers as double)
        / nullif({{ prefix }}answers + {{ prefix }}declines, 0) as {{ prefix }}response_rate,
        cast({{ prefix }}declines as double)
        / nullif({{ prefix }}answers + {{ prefix }}declines, 0) as {{ prefix }}decline_rate,
        cast({{ prefix }}promoters as bigint) as {{ prefix }}promoters,
        cast({{ prefix }}passives as bigint) as {{ prefix }}passives,
        cast({{ prefix }}detractors as bigint) as {{ prefix }}detractors,
        {{ prefix }}nps,
        {{ prefix }}nps_standard_error,
        case
            when {{ prefix }}nps_standard_error > 0
                then greatest({{ prefix }}nps - interval_z * {{ prefix }}nps_standard_error, -100)
        end as {{ prefix }}nps_low,
        case
            when {{ prefix }}nps_standard_error > 0
                then least({{ prefix }}nps + interval_z * {{ prefix }}nps_standard_error, 100)
        end as {{ prefix }}nps_high,
        cast({{ prefix }}satisfied as bigint) as {{ prefix }}satisfied,
        cast({{ prefix }}satisfied as double) / nullif({{ prefix }}answers, 0) as {{ prefix }}csat,
        cast({{ prefix }}ces_total as decimal(18, 4)) as {{ prefix }}ces_total,
        cast({{ prefix }}ces_total as double) / nullif({{ prefix }}answers, 0) as {{ prefix }}ces,
        cast({{ prefix }}easy as bigint) as {{ prefix }}easy,
        cast({{ prefix }}easy as double) / nullif({{ prefix }}answers, 0) as {{ prefix }}easy_share
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from with_errors
)

select * from final
