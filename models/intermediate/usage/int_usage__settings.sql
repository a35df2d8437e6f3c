-- The settings of product usage in one row.
with settings as (
    select * from {{ ref('usage_settings') }}
),

final as (
    select
        cast(max(case when setting = 'window_days' then value end) as bigint) as window_days,
        cast(max(case when setting = 'week_days' then value end) as bigint) as week_days,
        cast(max(case when setting = 'min_events' then value end) as bigint) as min_events,
        cast(max(case when setting = 'session_gap_hours' then value end) as bigint) as session_gap_hours,
        cast(max(case when setting = 'history_months' then value end) as bigint) as history_months,
        cast(max(case when setting = 'min_history_months' then value end) as bigint) as min_history_months,
        cast(max(case when setting = 'drop_spreads' then value end) as double) as drop_spreads,
        cast(max(case when setting = 'drop_min_spread' then value end) as double) as drop_min_spread,
        cast(max(case when setting = 'drop_min_share' then value end) as double) as drop_min_share,
        cast(max(case when setting = 'short_spreads' then value end) as double) as short_spreads,
        cast(max(case when setting = 'short_min_spread_share' then value end) as double) as short_min_spread_share,
        cast(max(case when setting = 'short_min_share' then value end) as double) as short_min_share,
        cast(max(case when setting = 'short_min_user_days' then value end) as bigint) as short_min_user_days
    from settings
)

select * from final
