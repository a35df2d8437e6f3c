-- Which twenty per cent bring eighty? The customers that together bring 80 % of the recurring revenue, the largest
-- first. Look at the last row: customer_share is the share of customers that it takes. Above 20 % the revenue is
-- spread wider than the rule says, below it hangs on few; how they are stands beside it.
-- Columns: place, customer_name, owner_name, arr, cumulative_arr_share, customer_share, health_colour,
-- success_vector, churn_probability
with customers as (
    select * from {{ ref('customers') }} where arr > 0
),

ranked as (
    select
        *,
        row_number() over (order by arr desc, customer_id asc) as place,
        count(*) over () as customer_count,
        sum(arr) over () as total_arr,
        sum(arr) over (
            order by arr desc, customer_id asc rows between unbounded preceding and current row
        ) as cumulative_arr
    from customers
)

select
    place,
    customer_name,
    owner_name,
    arr,
    round(cast(cumulative_arr as double) / cast(total_arr as double), 4) as cumulative_arr_share,
    round(cast(place as double) / customer_count, 4) as customer_share,
    health_colour,
    success_vector,
    round(churn_probability, 3) as churn_probability
from ranked
-- with the one that reaches it
where cumulative_arr - arr < 0.8 * total_arr
order by place
