-- Which silos (kinds of tools, seed source_systems) know the customer, through a company record or through a person.
-- A silo that knows nobody at all is not connected: whether it knows the customer is null, not false.
with company_records as (
    select
        customer_id,
        source_system
    from {{ ref('int_identity__customers') }}
),

people as (
    select
        customer_id,
        source_system
    from {{ ref('int_identity__people') }}
    where customer_id is not null
),

source_systems as (
    select * from {{ ref('source_systems') }}
),

records as (
    select * from company_records
    union
    select * from people
),

known as (
    select distinct
        records.customer_id,
        source_systems.silo
    from records
    inner join source_systems
        on records.source_system = source_systems.source_system
),

connected as (
    select distinct silo from known
),

customers as (
    select distinct customer_id from known
),

answers as (
    select
        customers.customer_id,
        connected.silo,
        case when known.customer_id is not null then 1 else 0 end as is_known
    from customers
    cross join connected
    left join known
        on customers.customer_id = known.customer_id and connected.silo = known.silo
),

final as (
    select
        customer_id,
        max(case when silo = 'crm' then is_known end) = 1 as is_known_to_crm,
        max(case when silo = 'billing' then is_known end) = 1 as is_known_to_billing,
        max(case when silo = 'support' then is_known end) = 1 as is_known_to_support,
        max(case when silo = 'surveys' then is_known end) = 1 as is_known_to_surveys,
        max(case when silo = 'product' then is_known end) = 1 as is_known_to_product,
        sum(is_known) as silo_count
    from answers
    group by customer_id
)

select * from final
