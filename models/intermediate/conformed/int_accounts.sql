-- Every record of a company in any tool, live or deleted: what identity resolution joins into customers.
-- crm_account_key is the CRM record that a record names: by a field that is there to hold a CRM id (crm_reference), or
-- by an id of anybody's (foreign_id), which counts where it equals the id of a CRM record and says nothing otherwise.
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

source_systems as (
    select * from {{ ref('source_systems') }}
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
        cast(null as {{ dbt.type_string() }}) as crm_reference,
        cast(null as {{ dbt.type_string() }}) as foreign_id,
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
        crm_account_id as crm_reference,
        cast(null as {{ dbt.type_string() }}) as foreign_id,
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
        cast(null as {{ dbt.type_string() }}) as crm_reference,
        external_id as foreign_id,
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
        crm_account_id as crm_reference,
        account_id as foreign_id,
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
),

filled as (
    {{ without_placeholders('unioned', texts=['crm_reference']) }}
),

-- an id that two CRMs give leads to neither
crm_records as (
    select
        {{ crm_id('unioned.source_id') }} as crm_id,
        min(unioned.record_key) as record_key
    from unioned
    inner join source_systems
        on unioned.source_system = source_systems.source_system and source_systems.silo = 'crm'
    group by {{ crm_id('unioned.source_id') }}
    having count(*) = 1
),

final as (
    select
        {{ all_except('filled', ['crm_reference', 'foreign_id']) }},
        coalesce(
            referred.record_key,
            found.record_key,
            -- a CRM record that is not here, or no longer, still brings together who names it
            case
                when
                    {{ regex_matches('filled.crm_reference', '([0-9A-Za-z].*){4}') }}
                    and not {{ is_dummy_number('filled.crm_reference') }}
                    then 'crm:' || {{ crm_id('filled.crm_reference') }}
            end
        ) as crm_account_key
    from filled
    left join crm_records as referred
        on {{ crm_id('filled.crm_reference') }} = referred.crm_id
    left join crm_records as found
        on {{ crm_id('filled.foreign_id') }} = found.crm_id
)

select * from final
