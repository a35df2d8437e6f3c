-- The settings of health scores in one row.
with settings as (
    select * from {{ ref('health_settings') }}
),

final as (
    select
        max(case when setting = 'onboarding_months' then cast(value as bigint) end) as onboarding_months,
        max(case when setting = 'renewal_days' then cast(value as bigint) end) as renewal_days,
        max(case when setting = 'flat_points' then cast(value as bigint) end) as flat_points
    from settings
)

select * from final
