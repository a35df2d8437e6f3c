-- Every customer id that was ever given out, or would have been while a record stood alone, and the customer that it
-- stands for today. A link that somebody kept, or a report of last year, still finds its customer.
with records as (
    select * from {{ ref('int_identity__customers') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

final as (
    select
        records.own_id as alias_id,
        customers.customer_id,
        case
            when customers.customer_id is null then 'deleted'
            when customers.customer_id = records.own_id then 'current'
            else 'merged'
        end as alias_status,
        records.record_key
    from records
    left join customers
        on records.customer_id = customers.customer_id
)

select * from final
