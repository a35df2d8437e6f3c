-- Where does onboarding stick? How many customers did each step, among those whose time for the activation is
-- over. The step with the largest lost_since_step_before is where they stop; customers may skip a step, so it can
-- be below zero. median_days counts from the start, of those who did it.
-- Columns: step_order, step_name, is_activation, customers, done, done_share, lost_since_step_before, median_days
with progress as (
    select * from {{ ref('onboarding_progress') }}
),

customers as (
    select * from {{ ref('onboarding_customers') }}
    where is_start_known and not is_censored and activation_status <> 'not_in_product'
),

steps as (
    select
        progress.step_order,
        progress.step_name,
        progress.is_activation,
        count(*) as customers,
        count(case when progress.is_done then 1 end) as done,
        percentile_cont(0.5) within group (order by case when progress.is_done then progress.days_from_start end)
            as median_days
    from progress
    inner join customers
        on progress.customer_id = customers.customer_id
    where progress.is_declared
    group by progress.step_order, progress.step_name, progress.is_activation
)

select
    step_order,
    step_name,
    is_activation,
    customers,
    done,
    round(cast(done as double) / customers, 4) as done_share,
    lag(done) over (order by step_order) - done as lost_since_step_before,
    median_days
from steps
order by step_order
