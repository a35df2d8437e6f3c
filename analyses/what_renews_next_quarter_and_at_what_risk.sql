-- What renews next quarter, and at what risk? The terms that end in it, the most revenue at risk first; the
-- quarter's sums stand in each row (all that is due, and what is likely to be renewed).
-- Columns: term_ends_on, customer_name, owner_name, arr, churn_probability, revenue_at_risk, health_colour,
-- success_vector, next_action, quarter_due_arr, quarter_weighted_arr
with customers as (
    select * from {{ ref('customers') }}
),

months as (
    select * from {{ ref('customer_months') }} where month_end = {{ as_of_date() }} and is_active
),

quarters as (
    select * from {{ ref('renewal_forecast') }}
),

-- the first quarter that begins after today
numbered as (
    select
        *,
        row_number() over (order by quarter_start) as place
    from quarters
    where quarter_start > {{ as_of_date() }}
),

next_quarter as (
    select * from numbered where place = 1
)

select
    months.term_ends_on,
    customers.customer_name,
    customers.owner_name,
    customers.arr,
    round(customers.churn_probability, 3) as churn_probability,
    customers.revenue_at_risk,
    customers.health_colour,
    customers.success_vector,
    customers.next_action,
    next_quarter.due_arr as quarter_due_arr,
    next_quarter.weighted_arr as quarter_weighted_arr
from months
inner join next_quarter
    on months.term_ends_on >= next_quarter.quarter_start and months.term_ends_on <= next_quarter.quarter_end
inner join customers
    on months.customer_id = customers.customer_id
where months.term_months >= {{ var('renewal_min_months', 3) }} and months.mrr > 0
order by customers.revenue_at_risk desc nulls last, customers.arr desc, customers.customer_id asc
