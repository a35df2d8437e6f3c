-- The customer of every company record. Its id comes from the customer's earliest created record, live or deleted, so
-- that records that come later never change it. Records of which none is live are no customer.
with records as (
    select * from {{ ref('int_accounts') }}
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

clustered as (
    select
        records.record_key,
        records.source_system,
        records.created_at,
        records.is_deleted,
        coalesce(clusters.cluster_key, records.record_key) as cluster_key
    from records
    left join clusters
        on records.record_key = clusters.record_key
),

numbered as (
    select
        record_key,
        source_system,
        min(case when is_deleted then 1 else 0 end) over (partition by cluster_key) = 0 as is_live,
        first_value(record_key) over (
            partition by cluster_key order by created_at asc nulls last, record_key asc
            rows between unbounded preceding and unbounded following
        ) as earliest_key
    from clustered
),

final as (
    select
        record_key,
        source_system,
        case when is_live then {{ customer_id('earliest_key') }} end as customer_id,
        {{ customer_id('record_key') }} as own_id,
        earliest_key,
        record_key = earliest_key as is_earliest
    from numbered
)

select * from final
