-- The person and the customer of every record of a person. The person's id comes from the earliest created record.
with nodes as (
    select * from {{ ref('int_identity__person_nodes') }}
),

clusters as (
    select * from {{ ref('int_identity__person_clusters') }}
),

clustered as (
    select
        nodes.person_key,
        nodes.source_system,
        nodes.customer_id,
        nodes.attach_rule,
        nodes.created_at,
        coalesce(clusters.cluster_key, nodes.node_key) as cluster_key
    from nodes
    left join clusters
        on nodes.node_key = clusters.record_key
),

numbered as (
    select
        person_key,
        source_system,
        customer_id,
        attach_rule,
        first_value(person_key) over (
            partition by cluster_key order by created_at asc nulls last, person_key asc
            rows between unbounded preceding and unbounded following
        ) as earliest_key
    from clustered
),

final as (
    select
        person_key,
        source_system,
        {{ person_id('earliest_key') }} as person_id,
        customer_id,
        attach_rule
    from numbered
)

select * from final
