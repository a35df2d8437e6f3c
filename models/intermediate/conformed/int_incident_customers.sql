-- Single customers that an incident touched: the status page names an account of the CRM or of the product.
with touched as (
    select * from {{ ref('stg_status__incident_customer') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'status' and source_table = 'incident_customer'
),

-- an id that two CRMs give leads to neither
crm_records as (
    select
        {{ crm_id('accounts.source_id') }} as crm_id,
        min(accounts.record_key) as record_key
    from {{ ref('int_accounts') }} as accounts
    inner join {{ ref('source_systems') }} as source_systems
        on accounts.source_system = source_systems.source_system and source_systems.silo = 'crm'
    group by {{ crm_id('accounts.source_id') }}
    having count(*) = 1
),

final as (
    select
        {{ record_key('status', 'incident', 'touched.incident_id') }} as incident_key,
        'status' as source_system,
        touched.account_id as source_id,
        crm_records.record_key as crm_account_key,
        {{ record_key('pendo', 'account', 'touched.account_id') }} as product_account_key
    from touched
    left join crm_records
        on {{ crm_id('touched.account_id') }} = crm_records.crm_id
    left join orphans
        on touched.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
