-- The customer of every company record. Its id comes from the customer's earliest created record, live or deleted, so
-- that records that come later never change it. A customer whose every record is deleted keeps its id, and with it its
-- history; int_customers says whether there is any.
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
        records.deleted_at,
        coalesce(clusters.cluster_key, records.record_key) as cluster_key
    from records
    left join clusters
        on records.record_key = clusters.record_key
),

numbered as (
    select
        record_key,
        source_system,
        min(case when is_deleted then 1 else 0 end) over (partition by cluster_key) = 1 as is_deleted,
        max(deleted_at) over (partition by cluster_key) as last_deleted_at,
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
        {{ customer_id('earliest_key') }} as customer_id,
        {{ customer_id('record_key') }} as own_id,
        earliest_key,
        record_key = earliest_key as is_earliest,
        is_deleted,
        case when is_deleted then last_deleted_at end as deleted_at
    from numbered
)

select * from final
