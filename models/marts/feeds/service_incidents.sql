-- Incidents of the service, one row each.
with incidents as (
    select * from {{ ref('int_incidents') }}
),

touched as (
    select * from {{ ref('int_incident_customers') }}
),

records as (
    select * from {{ ref('int_identity__customers') }}
),

touched_customers as (
    select
        touched.incident_key,
        count(distinct touched.source_id) as account_count,
        count(distinct coalesce(by_crm.customer_id, by_product.customer_id)) as customer_count
    from touched
    left join records as by_crm
        on touched.crm_account_key = by_crm.record_key
    left join records as by_product
        on touched.product_account_key = by_product.record_key
    group by touched.incident_key
),

final as (
    select
        incidents.incident_key,
        incidents.source_system,
        incidents.component_key,
        incidents.component_name,
        incidents.title,
        incidents.impact,
        incidents.is_downtime,
        incidents.started_at,
        incidents.resolved_at,
        incidents.resolved_at is null as is_open,
        cast({{ seconds_between('incidents.started_at', 'incidents.ended_at') }} as double) / 60 as duration_minutes,
        cast(touched_customers.account_count as bigint) as account_count,
        cast(touched_customers.customer_count as bigint) as customer_count,
        {{ as_of_date() }} as as_of_date
    from incidents
    left join touched_customers
        on incidents.incident_key = touched_customers.incident_key
)

select * from final
