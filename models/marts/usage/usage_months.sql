-- Product usage of each customer at each month end, beside what is typical of that customer.
with months as (
    select * from {{ ref('int_usage__months') }}
),

histories as (
    select * from {{ ref('int_usage__histories') }}
),

settings as (
    select * from {{ ref('int_usage__settings') }}
),

plan_months as (
    select * from {{ ref('int_mrr__plan_months') }}
),

-- null when no plan says for how many it is
seat_months as (
    select
        customer_id,
        month_end,
        sum(seats) as seats
    from plan_months
    group by customer_id, month_end
),

measured as (
    select
        months.*,
        cast(seat_months.seats as bigint) as seats,
        cast(months.window_user_days as double) / months.window_days as mean_dau,
        case
            when months.window_timed_user_days >= settings.short_min_user_days
                then cast(months.window_minutes as double) / nullif(months.window_timed_user_days, 0)
        end as minutes_per_user_day,
        histories.history_months,
        histories.mean_mau,
        histories.mean_user_days,
        histories.typical_user_days as median_user_days,
        histories.typical_root_user_days,
        greatest(1.4826 * histories.root_user_days_deviation, settings.drop_min_spread) as root_user_days_spread,
        histories.timed_history_months,
        histories.typical_minutes_per_user_day,
        greatest(
            1.4826 * histories.minutes_per_user_day_deviation,
            settings.short_min_spread_share * histories.typical_minutes_per_user_day
        ) as minutes_per_user_day_spread,
        coalesce(histories.history_months, 0) >= settings.min_history_months as has_history,
        coalesce(histories.timed_history_months, 0) >= settings.min_history_months as has_timed_history,
        settings.drop_spreads,
        settings.drop_min_share,
        settings.short_spreads,
        settings.short_min_share
    from months
    cross join settings
    left join histories
        on months.customer_id = histories.customer_id and months.month_start = histories.month_start
    left join seat_months
        on months.customer_id = seat_months.customer_id and months.month_end = seat_months.month_end
),

compared as (
    select
        *,
        case when has_history then median_user_days end as typical_user_days,
        case
            when has_history then (sqrt(window_user_days) - typical_root_user_days) / root_user_days_spread
        end as usage_deviation,
        case when has_timed_history then typical_minutes_per_user_day end as typical_minutes,
        case
            when has_timed_history
                then
                    (minutes_per_user_day - typical_minutes_per_user_day)
                    / nullif(minutes_per_user_day_spread, 0)
        end as minutes_deviation
    from measured
),

final as (
    select
        customer_id,
        month_end,
        is_partial,
        cast(days_since_first_use as bigint) as days_since_first_use,
        cast(opening_users as bigint) as opening_users,
        cast(new_users as bigint) as new_users,
        cast(resurrected_users as bigint) as resurrected_users,
        cast(dormant_users as bigint) as dormant_users,
        cast(active_users as bigint) as active_users,
        cast(returning_users as bigint) as returning_users,
        cast(active_days as bigint) as active_days,
        cast(user_days as bigint) as user_days,
        cast(events as bigint) as events,
        cast(active_minutes as bigint) as active_minutes,
        cast(events as double) / nullif(active_users, 0) as events_per_active_user,
        cast(session_count as bigint) as session_count,
        cast(timed_sessions as bigint) as timed_sessions,
        cast(session_minutes as bigint) as session_minutes,
        cast(session_minutes as double) / nullif(timed_sessions, 0) as mean_session_minutes,
        cast(single_event_sessions as bigint) as single_event_sessions,
        cast(window_days as bigint) as window_days,
        cast(wau as bigint) as wau,
        cast(mau as bigint) as mau,
        cast(window_user_days as bigint) as window_user_days,
        mean_dau,
        mean_dau / nullif(mau, 0) as stickiness,
        cast(window_active_days as bigint) as window_active_days,
        cast(window_active_days as double) / window_days as active_day_share,
        cast(core_features_used as bigint) as core_features_used,
        cast(core_features_available as bigint) as core_features_available,
        cast(core_features_used as double) / nullif(core_features_available, 0) as core_feature_share,
        seats,
        cast(mau as double) / nullif(seats, 0) as seat_utilisation,
        minutes_per_user_day,
        cast(coalesce(history_months, 0) as bigint) as history_months,
        case when has_history then mau / nullif(mean_mau, 0) end as mau_trend,
        case when has_history then window_user_days / nullif(mean_user_days, 0) end as usage_trend,
        typical_user_days,
        usage_deviation,
        usage_deviation <= -drop_spreads and window_user_days <= (1 - drop_min_share) * typical_user_days
            as is_sudden_drop,
        typical_minutes as typical_minutes_per_user_day,
        minutes_deviation <= -short_spreads and minutes_per_user_day <= (1 - short_min_share) * typical_minutes
            as has_short_visits
    from compared
)

select * from final
