-- Who do I call today, and why? The most pressing action of each customer, the most urgent money first. Read it
-- from the top; put your own name into the last condition. What a customer needs beside it stands in
-- other_actions.
-- Columns: place, customer_name, owner, action, reason, money_at_stake, due_on, is_overdue, health_score,
-- success_vector, other_actions
with actions as (
    select * from {{ ref('next_best_actions') }} where place_of_customer = 1
),

customers as (
    select * from {{ ref('customers') }}
)

select
    row_number() over (order by actions.place) as place,
    actions.customer_name,
    actions.owner,
    actions.action,
    actions.reason,
    actions.money_at_stake,
    actions.due_on,
    actions.is_overdue,
    round(customers.health_score) as health_score,
    customers.success_vector,
    customers.open_action_count - 1 as other_actions
from actions
inner join customers
    on actions.customer_id = customers.customer_id
where actions.owner like '%'
order by actions.place
limit 20
