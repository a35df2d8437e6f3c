-- Nodes of the same person within one customer: merged in the CRM, the same full name with the same phone, or the same
-- full name where an address is missing and nobody else has that name.
with nodes as (
    select * from {{ ref('int_identity__person_nodes') }}
),

merged as (
    select
        nodes.node_key as node_1,
        survivors.node_key as node_2,
        'merged_in_tool' as rule
    from nodes
    inner join nodes as survivors
        on
            nodes.merged_into_key = survivors.person_key
            and coalesce(nodes.customer_id, '') = coalesce(survivors.customer_id, '')
),

-- a given name alone is too little
named as (
    select
        node_key,
        customer_id,
        name_key,
        phone_key,
        has_email,
        company_domain
    from nodes
    where customer_id is not null and name_key like '% %'
),

-- two addresses of one company are two people, who may share its switchboard's number
phones as (
    select
        *,
        case
            when company_domain is not null
                then
                    min(node_key) over (partition by customer_id, name_key, phone_key, company_domain)
                    <> max(node_key) over (partition by customer_id, name_key, phone_key, company_domain)
            else false
        end as has_namesake
    from named
    where phone_key is not null
),

same_phone as (
    select
        node_key as node_1,
        min(node_key) over (partition by customer_id, name_key, phone_key) as node_2,
        'name+phone' as rule,
        max(case when has_namesake then 1 else 0 end) over (partition by customer_id, name_key, phone_key) as namesakes
    from phones
),

-- a record without an address is the customer's person of that name, if there is but one
same_name as (
    select
        node_key as node_1,
        coalesce(min(case when has_email then node_key end) over namesakes, min(node_key) over namesakes) as node_2,
        'name' as rule,
        has_email,
        min(case when has_email then node_key end) over namesakes as first_with_email,
        max(case when has_email then node_key end) over namesakes as last_with_email
    from named
    window namesakes as (partition by customer_id, name_key)
),

links as (
    select node_1, node_2, rule from merged
    union all
    select node_1, node_2, rule from same_phone
    where namesakes = 0
    union all
    select node_1, node_2, rule from same_name
    where not has_email and coalesce(first_with_email = last_with_email, true)
),

final as (
    select
        least(node_1, node_2) as record_a,
        greatest(node_1, node_2) as record_b,
        min(rule) as rule,
        least(node_1, node_2) || '|' || greatest(node_1, node_2) as link_order
    from links
    where node_1 <> node_2
    group by least(node_1, node_2), greatest(node_1, node_2)
)

select * from final
