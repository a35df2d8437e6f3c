-- What moved MRR in the last whole month? One row a kind of movement, with what it came from and its largest
-- customer. amount adds up to the change of MRR of the month; expansion and contraction are split by what they
-- come from.
-- Columns: month_end, movement_kind, customers, amount, from_seats, from_plan, from_price, from_currency,
-- largest_customer, largest_amount
with movements as (
    select * from {{ ref('mrr_movements') }}
),

customers as (
    select * from {{ ref('customers') }}
),

last_month as (
    select max(month_end) as month_end from {{ ref('mrr_months') }} where not is_partial
),

ranked as (
    select
        movements.*,
        customers.customer_name,
        row_number() over (
            partition by movements.movement_kind
            order by abs(movements.amount_reporting) desc, movements.customer_id asc
        ) as place
    from movements
    inner join last_month
        on movements.month_end = last_month.month_end
    inner join customers
        on movements.customer_id = customers.customer_id
)

select
    month_end,
    movement_kind,
    count(distinct customer_id) as customers,
    sum(amount_reporting) as amount,
    round(sum(seats_amount * coalesce(exchange_rate, 1)), 2) as from_seats,
    round(sum(plan_amount * coalesce(exchange_rate, 1)), 2) as from_plan,
    round(sum(price_amount * coalesce(exchange_rate, 1)), 2) as from_price,
    round(sum(currency_amount * coalesce(exchange_rate, 1)), 2) as from_currency,
    max(case when place = 1 then customer_name end) as largest_customer,
    max(case when place = 1 then amount_reporting end) as largest_amount
from ranked
group by month_end, movement_kind
order by amount desc
