-- The settings of vectors and actions in one row.
with settings as (
    select * from {{ ref('action_settings') }}
),

final as (
    select
        max(case when setting = 'negative_weight' then cast(value as bigint) end) as negative_weight,
        max(case when setting = 'positive_weight' then cast(value as bigint) end) as positive_weight,
        max(case when setting = 'steady_points' then cast(value as decimal(18, 4)) end) as steady_points,
        max(case when setting = 'negative_months' then cast(value as bigint) end) as negative_months,
        max(case when setting = 'neutral_months' then cast(value as bigint) end) as neutral_months,
        max(case when setting = 'upsell_share' then cast(value as decimal(8, 4)) end) as upsell_share,
        max(case when setting = 'positive_take_rate' then cast(value as decimal(8, 4)) end) as positive_take_rate,
        max(case when setting = 'neutral_take_rate' then cast(value as decimal(8, 4)) end) as neutral_take_rate,
        max(case when setting = 'referral_rate' then cast(value as decimal(8, 4)) end) as referral_rate,
        max(case when setting = 'promoter_nps' then cast(value as double) end) as promoter_nps,
        max(case when setting = 'overdue_factor' then cast(value as decimal(8, 4)) end) as overdue_factor
    from settings
)

select * from final
