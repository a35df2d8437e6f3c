-- Every record of a company in any tool, live or deleted: what identity resolution joins into customers.
with salesforce_accounts as (
    select * from {{ ref('stg_salesforce__account') }} where row_status in ('used', 'deleted')
),

stripe_customers as (
    select * from {{ ref('stg_stripe__customer') }} where row_status in ('used', 'deleted')
),

zendesk_organizations as (
    select * from {{ ref('stg_zendesk__organization') }} where row_status in ('used', 'deleted')
),

pendo_accounts as (
    select * from {{ ref('stg_pendo__account_history') }} where row_status = 'used' and is_current_version
),

from_salesforce as (
    select
        {{ record_key('salesforce', 'account', 'account_id') }} as record_key,
        'salesforce' as source_system,
        'account' as source_table,
        account_id as source_id,
        created_at,
        row_status = 'deleted' as is_deleted,
        case when row_status = 'deleted' then deleted_at end as deleted_at,
        account_name,
        website,
        cast(null as {{ dbt.type_string() }}) as email,
        phone,
        fax,
        billing_street as street,
        billing_city as city,
        billing_postal_code as postal_code,
        billing_country as country,
        account_id as crm_account_id,
        case
            when row_status = 'deleted' then {{ record_key('salesforce', 'account', 'master_account_id') }}
        end as merged_into_id,
        {{ record_key('salesforce', 'account', 'parent_account_id') }} as parent_key,
        cast(null as {{ dbt.type_string() }}) as tax_id,
        false as tax_id_is_verified
    from salesforce_accounts
),

from_stripe as (
    select
        {{ record_key('stripe', 'customer', 'stripe_customer_id') }} as record_key,
        'stripe' as source_system,
        'customer' as source_table,
        stripe_customer_id as source_id,
        created_at,
        row_status = 'deleted' as is_deleted,
        case when row_status = 'deleted' then deleted_at end as deleted_at,
        customer_name as account_name,
        cast(null as {{ dbt.type_string() }}) as website,
        email,
        phone,
        cast(null as {{ dbt.type_string() }}) as fax,
        address_line_1 as street,
        address_city as city,
        address_postal_code as postal_code,
        address_country as country,
        crm_account_id,
        cast(null as {{ dbt.type_string() }}) as merged_into_id,
        cast(null as {{ dbt.type_string() }}) as parent_key,
        tax_id,
        coalesce(tax_id_status = 'verified', false) as tax_id_is_verified
    from stripe_customers
),

from_zendesk as (
    select
        {{ record_key('zendesk', 'organization', 'organization_id') }} as record_key,
        'zendesk' as source_system,
        'organization' as source_table,
        organization_id as source_id,
        created_at,
        row_status = 'deleted' as is_deleted,
        case when row_status = 'deleted' then deleted_at end as deleted_at,
        organization_name as account_name,
        cast(null as {{ dbt.type_string() }}) as website,
        cast(null as {{ dbt.type_string() }}) as email,
        cast(null as {{ dbt.type_string() }}) as phone,
        cast(null as {{ dbt.type_string() }}) as fax,
        cast(null as {{ dbt.type_string() }}) as street,
        cast(null as {{ dbt.type_string() }}) as city,
        cast(null as {{ dbt.type_string() }}) as postal_code,
        cast(null as {{ dbt.type_string() }}) as country,
        -- the external id may belong to any system: only what looks like a CRM account id counts
        case
            when external_id like '001%' and length(external_id) in (15, 18) then {{ salesforce_id('external_id') }}
        end as crm_account_id,
        cast(null as {{ dbt.type_string() }}) as merged_into_id,
        cast(null as {{ dbt.type_string() }}) as parent_key,
        cast(null as {{ dbt.type_string() }}) as tax_id,
        false as tax_id_is_verified
    from zendesk_organizations
),

from_pendo as (
    select
        {{ record_key('pendo', 'account', 'account_id') }} as record_key,
        'pendo' as source_system,
        'account' as source_table,
        account_id as source_id,
        coalesce(created_at, first_visit_at) as created_at,
        false as is_deleted,
        cast(null as timestamp) as deleted_at,
        account_name,
        cast(null as {{ dbt.type_string() }}) as website,
        cast(null as {{ dbt.type_string() }}) as email,
        cast(null as {{ dbt.type_string() }}) as phone,
        cast(null as {{ dbt.type_string() }}) as fax,
        cast(null as {{ dbt.type_string() }}) as street,
        cast(null as {{ dbt.type_string() }}) as city,
        cast(null as {{ dbt.type_string() }}) as postal_code,
        cast(null as {{ dbt.type_string() }}) as country,
        crm_account_id,
        cast(null as {{ dbt.type_string() }}) as merged_into_id,
        cast(null as {{ dbt.type_string() }}) as parent_key,
        cast(null as {{ dbt.type_string() }}) as tax_id,
        false as tax_id_is_verified
    from pendo_accounts
),

unioned as (
    select * from from_salesforce
    union all
    select * from from_stripe
    union all
    select * from from_zendesk
    union all
    select * from from_pendo
)

select * from unioned
