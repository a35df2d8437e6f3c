-- What each customer's use was in each month and in the window that ends with it, from the first month of use to that
-- of as_of_date. Days and persons are spread over the few month ends that see them, never joined to a calendar.
with settings as (
    select * from {{ ref('int_usage__settings') }}
),

person_days as (
    select * from {{ ref('int_usage__person_days') }}
),

person_months as (
    select * from {{ ref('int_usage__person_months') }}
),

feature_users as (
    select * from {{ ref('int_usage__feature_users') }}
),

feature_months as (
    select * from {{ ref('int_usage__feature_months') }}
),

days as (
    select
        customer_id,
        usage_date,
        count(*) as user_count,
        sum(event_count) as event_count,
        sum(active_minutes) as active_minutes,
        count(active_minutes) as timed_user_count
    from person_days
    group by customer_id, usage_date
),

days_with_window as (
    select
        days.*,
        cast({{ dbt.date_trunc('month', 'days.usage_date') }} as date) as month_start,
        cast({{ dbt.dateadd('day', 'settings.window_days', 'days.usage_date') }} as date) as window_over_date
    from days
    cross join settings
),

day_spans as (
    select
        *,
        {{ last_window_month('window_over_date') }} as last_window_month,
        greatest({{ last_window_month('window_over_date') }}, month_start) as last_month
    from days_with_window
),

day_months as (
    {{ date_rows(
        'day_spans',
        [
            'customer_id', 'month_start', 'last_window_month', 'user_count', 'event_count', 'active_minutes',
            'timed_user_count',
        ],
        'month_start', 'last_month', 'month'
    ) }}
),

day_sums as (
    select
        customer_id,
        date_at as month_start,
        count(case when date_at = month_start then 1 end) as active_days,
        sum(case when date_at = month_start then user_count end) as user_days,
        sum(case when date_at = month_start then event_count end) as events,
        sum(case when date_at = month_start then active_minutes end) as active_minutes,
        sum(case when date_at = month_start then timed_user_count end) as timed_user_days,
        count(case when date_at <= last_window_month then 1 end) as window_active_days,
        sum(case when date_at <= last_window_month then user_count end) as window_user_days,
        sum(case when date_at <= last_window_month then active_minutes end) as window_minutes,
        sum(case when date_at <= last_window_month then timed_user_count end) as window_timed_user_days
    from day_months
    group by customer_id, date_at
),

persons_with_window as (
    select
        person_months.customer_id,
        person_months.user_id,
        person_months.month_start,
        person_months.last_active_date,
        person_months.previous_month_start,
        person_months.next_month_start,
        settings.week_days,
        cast({{ before('person_months.month_start', -1, 0) }} as date) as following_month_start,
        cast({{ before('person_months.month_start', 1, 0) }} as date) as preceding_month_start,
        cast(
            {{ dbt.dateadd('day', 'settings.window_days', 'person_months.last_active_date') }} as date
        ) as window_over_date,
        cast({{ dbt.dateadd('day', 'settings.week_days', 'person_months.last_active_date') }} as date) as week_over_date
    from person_months
    cross join settings
),

person_windows as (
    select
        *,
        {{ last_window_month('window_over_date') }} as last_window_month,
        {{ last_window_month('week_over_date') }} as last_week_month
    from persons_with_window
),

-- a person's month is seen by its own end, by the next one, which may miss the person, and by the ends of its window
person_spans as (
    select
        *,
        least(
            greatest(following_month_start, last_window_month),
            cast({{ dbt.date_trunc('month', as_of_date()) }} as date)
        ) as last_month
    from person_windows
),

person_rows as (
    {{ date_rows(
        'person_spans',
        [
            'customer_id', 'user_id', 'month_start', 'following_month_start', 'preceding_month_start',
            'previous_month_start', 'next_month_start', 'last_window_month', 'last_week_month',
        ],
        'month_start', 'last_month', 'month'
    ) }}
),

-- two of a person's months may be seen by one month end: who is in the window is counted once
person_sums as (
    select
        customer_id,
        date_at as month_start,
        count(case when date_at = month_start then 1 end) as active_users,
        count(case when date_at = following_month_start then 1 end) as opening_users,
        count(case when date_at = month_start and previous_month_start is null then 1 end) as new_users,
        count(case when date_at = month_start and previous_month_start = preceding_month_start then 1 end)
            as returning_users,
        count(case when date_at = month_start and previous_month_start < preceding_month_start then 1 end)
            as resurrected_users,
        count(
            case
                when
                    date_at = following_month_start
                    and (next_month_start is null or next_month_start > following_month_start)
                    then 1
            end
        ) as dormant_users,
        count(distinct case when date_at <= last_week_month then user_id end) as wau,
        count(distinct case when date_at <= last_window_month then user_id end) as mau
    from person_rows
    group by customer_id, date_at
),

features_with_window as (
    select
        feature_users.customer_id,
        feature_users.feature_key,
        feature_users.month_start,
        settings.window_days,
        max(feature_users.last_used_date) as last_used_date
    from feature_users
    cross join settings
    group by
        feature_users.customer_id,
        feature_users.feature_key,
        feature_users.month_start,
        settings.window_days
),

features_until as (
    select
        customer_id,
        feature_key,
        month_start,
        cast({{ dbt.dateadd('day', 'window_days', 'last_used_date') }} as date) as window_over_date
    from features_with_window
),

feature_spans as (
    select
        customer_id,
        feature_key,
        month_start,
        {{ last_window_month('window_over_date') }} as last_month
    from features_until
),

seen_feature_spans as (
    select * from feature_spans where month_start <= last_month
),

feature_rows as (
    {{ date_rows('seen_feature_spans', ['customer_id', 'feature_key'], 'month_start', 'last_month', 'month') }}
),

feature_sums as (
    select
        feature_rows.customer_id,
        feature_rows.date_at as month_start,
        count(distinct feature_rows.feature_key) as core_features_used
    from feature_rows
    inner join feature_months
        on
            feature_rows.feature_key = feature_months.feature_key
            and feature_rows.date_at = feature_months.month_start
    where feature_months.is_core
    group by feature_rows.customer_id, feature_rows.date_at
),

available_features as (
    select
        month_start,
        count(*) as core_features_available
    from feature_months
    where is_core
    group by month_start
),

spans as (
    select
        customer_id,
        min(first_active_date) as first_active_date,
        min(month_start) as first_month,
        cast({{ dbt.date_trunc('month', as_of_date()) }} as date) as last_month
    from person_months
    group by customer_id
),

months as (
    {{ date_rows('spans', ['customer_id', 'first_active_date'], 'first_month', 'last_month', 'month') }}
),

dated_months as (
    select
        months.customer_id,
        months.first_active_date,
        months.date_at as month_start,
        {{ month_end('months.date_at') }} as month_end,
        {{ is_partial_month('months.date_at') }} as is_partial
    from months
),

final as (
    select
        dated_months.customer_id,
        dated_months.month_start,
        dated_months.month_end,
        dated_months.is_partial,
        {{ dbt.datediff(
            'dated_months.first_active_date', 'dated_months.month_end', 'day'
        ) }} as days_since_first_use,
        settings.window_days,
        coalesce(person_sums.active_users, 0) as active_users,
        coalesce(person_sums.opening_users, 0) as opening_users,
        coalesce(person_sums.new_users, 0) as new_users,
        coalesce(person_sums.returning_users, 0) as returning_users,
        coalesce(person_sums.resurrected_users, 0) as resurrected_users,
        coalesce(person_sums.dormant_users, 0) as dormant_users,
        coalesce(day_sums.active_days, 0) as active_days,
        coalesce(day_sums.user_days, 0) as user_days,
        coalesce(day_sums.events, 0) as events,
        -- minutes that the tool did not measure are unknown; where nobody came there were none
        case when coalesce(day_sums.user_days, 0) = 0 then 0 else day_sums.active_minutes end as active_minutes,
        coalesce(person_sums.wau, 0) as wau,
        coalesce(person_sums.mau, 0) as mau,
        coalesce(day_sums.window_active_days, 0) as window_active_days,
        coalesce(day_sums.window_user_days, 0) as window_user_days,
        day_sums.window_minutes,
        coalesce(day_sums.window_timed_user_days, 0) as window_timed_user_days,
        available_features.core_features_available,
        coalesce(feature_sums.core_features_used, 0) as core_features_used
    from dated_months
    cross join settings
    left join day_sums
        on dated_months.customer_id = day_sums.customer_id and dated_months.month_start = day_sums.month_start
    left join person_sums
        on dated_months.customer_id = person_sums.customer_id and dated_months.month_start = person_sums.month_start
    left join feature_sums
        on dated_months.customer_id = feature_sums.customer_id and dated_months.month_start = feature_sums.month_start
    left join available_features
        on dated_months.month_start = available_features.month_start
)

select * from final
