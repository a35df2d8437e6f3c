-- The segments of each customer in each month since its first revenue: the plan and the stage of that month, the other
-- segments of today. Who churns counts to the plan that it had.
with months as (
    select
        customer_id,
        month_end,
        plan_name,
        was_active,
        is_active,
        lag(plan_name) over (partition by customer_id order by month_end) as previous_plan_name
    from {{ ref('mrr_customer_months') }}
),

customers as (
    select * from {{ ref('int_kpi__customers') }}
),

final as (
    select
        months.customer_id,
        months.month_end,
        coalesce(months.plan_name, case when months.was_active then months.previous_plan_name end, 'none') as plan,
        customers.size,
        customers.region,
        customers.owner,
        case when months.is_active or months.was_active then 'customer' else 'former_customer' end as lifecycle_stage
    from months
    inner join customers
        on months.customer_id = customers.customer_id
)

select * from final
