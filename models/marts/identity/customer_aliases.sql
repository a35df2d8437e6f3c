-- Every customer id that was ever given out, or would have been while a record stood alone, and the customer that it
-- stands for today. A link that somebody kept, or a report of last year, still finds its customer.
with customers as (
    select * from {{ ref('int_identity__customers') }}
),

final as (
    select
        own_id as alias_id,
        customer_id,
        case
            when customer_id is null then 'deleted'
            when customer_id = own_id then 'current'
            else 'merged'
        end as alias_status,
        record_key
    from customers
)

select * from final
