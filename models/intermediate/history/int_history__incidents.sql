-- Minutes for which the service was down for a customer by name, by the month in which they began.
with incidents as (
    select * from {{ ref('int_incidents') }} where is_downtime
),

touched as (
    select * from {{ ref('int_incident_customers') }}
),

records as (
    select * from {{ ref('int_identity__customers') }}
),

touched_customers as (
    select distinct
        touched.incident_key,
        coalesce(by_crm.customer_id, by_product.customer_id) as customer_id
    from touched
    left join records as by_crm
        on touched.crm_account_key = by_crm.record_key
    left join records as by_product
        on touched.product_account_key = by_product.record_key
),

final as (
    select
        touched_customers.customer_id,
        {{ month_end(to_reporting_date('incidents.started_at')) }} as month_end,
        cast(sum({{ seconds_between('incidents.started_at', 'incidents.ended_at') }}) / 60 as bigint) as outage_minutes
    from touched_customers
    inner join incidents
        on touched_customers.incident_key = incidents.incident_key
    where touched_customers.customer_id is not null
    group by touched_customers.customer_id, {{ month_end(to_reporting_date('incidents.started_at')) }}
)

select * from final
