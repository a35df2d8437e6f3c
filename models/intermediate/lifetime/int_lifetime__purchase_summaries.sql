-- Frequency, recency and age of every customer with a one-off purchase, up to as_of_date, without tax; what was given
-- back in full was not bought.
with one_off_purchases as (
    select
        customer_id,
        purchase_date,
        revenue as amount
    from {{ ref('int_lifetime__revenue') }}
    where is_one_off and customer_id is not null and coalesce(revenue, net_amount) > 0
),

final as (
    {{ purchase_summary('one_off_purchases', as_of_date()) | indent(4) }}
)

select * from final
