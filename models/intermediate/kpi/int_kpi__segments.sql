-- The segments of each customer in each month since billing knew it: the plan and the stage of that month, the other
-- segments of today. Who churns counts to the plan and the stage that it had.
with revenue as (
    select
        customer_id,
        month_end,
        plan_name,
        was_active,
        lag(plan_name) over (partition by customer_id order by month_end) as previous_plan_name
    from {{ ref('mrr_customer_months') }}
),

stages as (
    select * from {{ ref('int_history__stages') }}
),

customers as (
    select * from {{ ref('int_kpi__customers') }}
),

final as (
    select
        stages.customer_id,
        stages.month_end,
        case
            when revenue.customer_id is null then customers.plan
            else coalesce(revenue.plan_name, case when revenue.was_active then revenue.previous_plan_name end, 'none')
        end as plan,
        customers.size,
        customers.region,
        customers.owner,
        case when revenue.was_active then 'customer' else stages.lifecycle_stage end as lifecycle_stage
    from stages
    inner join customers
        on stages.customer_id = customers.customer_id
    left join revenue
        on stages.customer_id = revenue.customer_id and stages.month_end = revenue.month_end
)

select * from final
