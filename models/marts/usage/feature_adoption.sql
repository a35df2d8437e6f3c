-- How many customers and users use each feature, at each month end since the first use of the product.
with feature_months as (
    select * from {{ ref('int_usage__feature_months') }}
),

feature_users as (
    select * from {{ ref('int_usage__feature_users') }}
),

usage_months as (
    select * from {{ ref('int_usage__months') }} where active_users > 0
),

active_months as (
    select
        month_start,
        count(*) as active_customers,
        sum(active_users) as active_users
    from usage_months
    group by month_start
),

-- a share of the active customers counts only them: use of a feature may be delivered before the use of the product
used_months as (
    select
        feature_users.feature_key,
        feature_users.month_start,
        count(distinct feature_users.customer_id) as customers_using,
        count(distinct usage_months.customer_id) as active_customers_using,
        count(*) as users_using,
        count(case when feature_users.is_first then 1 end) as first_time_users,
        sum(feature_users.use_count) as uses
    from feature_users
    left join usage_months
        on
            feature_users.customer_id = usage_months.customer_id
            and feature_users.month_start = usage_months.month_start
    group by feature_users.feature_key, feature_users.month_start
),

-- a feature that is used and was never listed has rows, too, for the months of its use
joined as (
    select
        coalesce(feature_months.feature_key, used_months.feature_key) as feature_key,
        coalesce(feature_months.month_start, used_months.month_start) as month_start,
        feature_months.feature_name,
        feature_months.is_core,
        coalesce(used_months.customers_using, 0) as customers_using,
        coalesce(used_months.active_customers_using, 0) as active_customers_using,
        coalesce(used_months.users_using, 0) as users_using,
        coalesce(used_months.first_time_users, 0) as first_time_users,
        coalesce(used_months.uses, 0) as uses
    from feature_months
    full outer join used_months
        on
            feature_months.feature_key = used_months.feature_key
            and feature_months.month_start = used_months.month_start
),

final as (
    select
        {{ month_end('joined.month_start') }} as month_end,
        joined.feature_key,
        joined.feature_name,
        {{ is_partial_month('joined.month_start') }} as is_partial,
        joined.is_core,
        cast(joined.customers_using as bigint) as customers_using,
        cast(joined.users_using as bigint) as users_using,
        cast(joined.first_time_users as bigint) as first_time_users,
        cast(joined.uses as bigint) as uses,
        cast(coalesce(active_months.active_customers, 0) as bigint) as active_customers,
        cast(joined.active_customers_using as double) / nullif(active_months.active_customers, 0)
            as active_customer_share
    from joined
    left join active_months
        on joined.month_start = active_months.month_start
)

select * from final
