-- Our own people: CRM users (owners, CSMs, sales) and those who answer in the help desk or once did.
with crm_users as (
    select * from {{ ref('stg_salesforce__user') }} where row_status in ('used', 'deleted')
),

agents as (
    select * from {{ ref('int_support_agents') }}
),

final as (
    select
        {{ record_key('salesforce', 'user', 'user_id') }} as employee_key,
        'salesforce' as source_system,
        user_id as source_id,
        user_name as full_name,
        email,
        title,
        department,
        coalesce(is_active, true) as is_active
    from crm_users
    union all
    select
        employee_key,
        'zendesk' as source_system,
        user_id as source_id,
        user_name as full_name,
        email,
        cast(null as {{ dbt.type_string() }}) as title,
        'Support' as department,
        is_active
    from agents
)

select * from final
