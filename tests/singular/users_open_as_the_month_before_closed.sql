-- A month opens with the users with whom the month before closed, without a gap between the months.
with months as (
    select
        customer_id,
        month_end,
        opening_users,
        lag(active_users, 1, cast(0 as bigint)) over (partition by customer_id order by month_end)
            as previous_active_users
    from {{ ref('usage_months') }}
)

select *
from months
where opening_users <> previous_active_users
