-- Which silos (kinds of tools, seed source_systems) know the customer, through a company record or through a person.
with company_records as (
    select
        customer_id,
        source_system
    from {{ ref('int_identity__customers') }}
    where customer_id is not null
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

final as (
    select
        customer_id,
        max(case when silo = 'crm' then 1 else 0 end) = 1 as is_known_to_crm,
        max(case when silo = 'billing' then 1 else 0 end) = 1 as is_known_to_billing,
        max(case when silo = 'support' then 1 else 0 end) = 1 as is_known_to_support,
        max(case when silo = 'surveys' then 1 else 0 end) = 1 as is_known_to_surveys,
        max(case when silo = 'product' then 1 else 0 end) = 1 as is_known_to_product,
        count(*) as silo_count
    from known
    group by customer_id
)

select * from final
