-- The settings of lifetime value in one row.
with settings as (
    select * from {{ ref('lifetime_settings') }}
),

final as (
    select
        cast(max(case when setting = 'min_losses' then value end) as bigint) as min_losses,
        cast(max(case when setting = 'min_periods' then value end) as bigint) as min_periods,
        cast(max(case when setting = 'horizon_months' then value end) as bigint) as horizon_months,
        cast(max(case when setting = 'churn_months' then value end) as bigint) as churn_months,
        cast(max(case when setting = 'prediction_days' then value end) as bigint) as prediction_days
    from settings
)

select * from final
