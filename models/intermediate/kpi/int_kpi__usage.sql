-- Sums of product usage by month and segment.
with facts as (
    select
        customer_id,
        month_end,
        mau,
        window_user_days,
        mau * window_days as possible_user_days,
        case when seats > 0 then least(mau, seats) end as used_seats,
        case when seats > 0 then seats end as seats,
        core_features_used,
        core_features_available,
        session_minutes,
        timed_sessions,
        case when mau > 0 then 1 else 0 end as using_customers,
        1 as known_customers
    from {{ ref('usage_months') }}
),

segmented as (
    {{ with_segments('facts') }}
),

final as (
    {{ kpi_segment_sums('segmented', [
        'mau', 'window_user_days', 'possible_user_days', 'used_seats', 'seats', 'core_features_used',
        'core_features_available', 'session_minutes', 'timed_sessions', 'using_customers', 'known_customers',
    ]) }}
)

select * from final
