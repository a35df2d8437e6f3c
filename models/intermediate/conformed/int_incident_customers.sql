-- Single customers that an incident touched: the status page names an account of the CRM or of the product.
with touched as (
    select * from {{ ref('stg_status__incident_customer') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'status' and source_table = 'incident_customer'
),

final as (
    select
        {{ record_key('status', 'incident', 'touched.incident_id') }} as incident_key,
        'status' as source_system,
        touched.account_id as source_id,
        {{ record_key('salesforce', 'account', salesforce_id('touched.account_id')) }} as crm_account_key,
        {{ record_key('pendo', 'account', 'touched.account_id') }} as product_account_key
    from touched
    left join orphans
        on touched.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
