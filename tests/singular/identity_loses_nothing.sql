-- Every record of a company or a person is resolved once; a live company record has a customer; every customer has one
-- earliest record and is an alias of itself, and is flagged when it has no live record.
with records as (
    select
        accounts.record_key,
        accounts.is_deleted,
        customers.record_key as resolved_key,
        customers.customer_id
    from {{ ref('int_accounts') }} as accounts
    full outer join {{ ref('int_identity__customers') }} as customers
        on accounts.record_key = customers.record_key
),

people as (
    select
        people.person_key,
        resolved.person_key as resolved_key,
        listed.person_id
    from {{ ref('int_people') }} as people
    full outer join {{ ref('int_identity__people') }} as resolved
        on people.person_key = resolved.person_key
    left join {{ ref('int_customers') }} as known
        on resolved.customer_id = known.customer_id
    left join {{ ref('customer_people') }} as listed
        on
            resolved.person_id = listed.person_id
            and coalesce(known.customer_id, '') = coalesce(listed.customer_id, '')
),

customers as (
    select
        sources.customer_id,
        sum(case when sources.is_earliest then 1 else 0 end) as earliest_records,
        min(case when sources.is_deleted then 1 else 0 end) = 1 as is_deleted,
        {{ dbt.bool_or('known.is_deleted') }} as is_flagged
    from {{ ref('customer_sources') }} as sources
    inner join {{ ref('int_customers') }} as known
        on sources.customer_id = known.customer_id
    group by sources.customer_id
),

aliases as (
    select * from {{ ref('customer_aliases') }}
)

select
    coalesce(record_key, resolved_key) as broken,
    'a company record without its customer' as broken_promise
from records
where record_key is null or resolved_key is null or (not is_deleted and customer_id is null)
union all
select
    coalesce(person_key, resolved_key) as broken,
    'a person record without its person' as broken_promise
from people
where person_key is null or resolved_key is null or person_id is null
union all
select
    customer_id as broken,
    'a customer with more than one earliest record, or not flagged as it should be' as broken_promise
from customers
where earliest_records <> 1 or is_deleted <> is_flagged
union all
select
    customers.customer_id as broken,
    'a customer that is not its own alias' as broken_promise
from customers
left join aliases
    on customers.customer_id = aliases.alias_id and aliases.alias_status = 'current'
where aliases.alias_id is null
