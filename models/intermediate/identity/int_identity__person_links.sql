-- Nodes of the same person within one customer: merged in the CRM, or the same full name with the same phone.
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

named as (
    select
        node_key as node_1,
        min(node_key) over (partition by customer_id, name_key, phone_key) as node_2,
        'name+phone' as rule
    from nodes
    -- a given name alone is too little
    where customer_id is not null and name_key like '% %' and phone_key is not null
),

final as (
    select
        least(node_1, node_2) as record_a,
        greatest(node_1, node_2) as record_b,
        min(rule) as rule,
        least(node_1, node_2) || '|' || greatest(node_1, node_2) as link_order
    from (
        select node_1, node_2, rule from merged
        union all
        select node_1, node_2, rule from named
    ) as links
    where node_1 <> node_2
    group by least(node_1, node_2), greatest(node_1, node_2)
)

select * from final
