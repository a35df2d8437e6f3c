-- The settings of onboarding in one row.
with settings as (
    select * from {{ ref('onboarding_settings') }}
),

final as (
    select
        cast(max(case when setting = 'activation_window_days' then value end) as bigint) as activation_window_days,
        cast(max(case when setting = 'drop_off_days' then value end) as bigint) as drop_off_days
    from settings
)

select * from final
