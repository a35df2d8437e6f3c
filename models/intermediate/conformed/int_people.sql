-- Every record of a person at a customer, in any tool, live or deleted; our own staff are in int_employees.
with contacts as (
    select * from {{ ref('stg_salesforce__contact') }} where row_status in ('used', 'deleted')
),

agents as (
    select * from {{ ref('int_support_agents') }}
),

zendesk_users as (
    select users.*
    from {{ ref('stg_zendesk__user') }} as users
    left join agents
        on users.user_id = agents.user_id
    where users.row_status in ('used', 'deleted') and agents.user_id is null
),

end_users as (
    select * from {{ ref('stg_wootric__end_users') }} where row_status in ('used', 'deleted')
),

visitors as (
    select * from {{ ref('stg_pendo__visitor_history') }} where row_status = 'used' and is_current_version
),

orphans as (
    select * from {{ ref('int_orphans') }}
),

unioned as (
    select
        {{ record_key('salesforce', 'contact', 'contact_id') }} as person_key,
        'salesforce' as source_system,
        'contact' as source_table,
        'contact' as raw_table,
        contact_id as source_id,
        raw_key,
        {{ record_key('salesforce', 'account', 'account_id') }} as account_key,
        created_at,
        row_status = 'deleted' as is_deleted,
        contact_name as full_name,
        first_name,
        last_name,
        email,
        coalesce(phone, mobile_phone) as phone,
        title,
        lower(contact_role) as contact_role,
        case
            when row_status = 'deleted' then {{ record_key('salesforce', 'contact', 'master_contact_id') }}
        end as merged_into_key,
        case when email_bounced_at < {{ as_of_end() }} then email_bounced_at end as email_bounced_at
    from contacts
    union all
    select
        {{ record_key('zendesk', 'user', 'user_id') }} as person_key,
        'zendesk' as source_system,
        'user' as source_table,
        'user' as raw_table,
        user_id as source_id,
        raw_key,
        {{ record_key('zendesk', 'organization', 'organization_id') }} as account_key,
        created_at,
        row_status = 'deleted' as is_deleted,
        user_name as full_name,
        cast(null as {{ dbt.type_string() }}) as first_name,
        cast(null as {{ dbt.type_string() }}) as last_name,
        email,
        phone,
        cast(null as {{ dbt.type_string() }}) as title,
        cast(null as {{ dbt.type_string() }}) as contact_role,
        cast(null as {{ dbt.type_string() }}) as merged_into_key,
        cast(null as timestamp) as email_bounced_at
    from zendesk_users
    union all
    select
        {{ record_key('wootric', 'end_users', 'end_user_id') }} as person_key,
        'wootric' as source_system,
        'end_users' as source_table,
        'end_users' as raw_table,
        end_user_id as source_id,
        raw_key,
        cast(null as {{ dbt.type_string() }}) as account_key,
        created_at,
        row_status = 'deleted' as is_deleted,
        cast(null as {{ dbt.type_string() }}) as full_name,
        cast(null as {{ dbt.type_string() }}) as first_name,
        cast(null as {{ dbt.type_string() }}) as last_name,
        email,
        cast(null as {{ dbt.type_string() }}) as phone,
        cast(null as {{ dbt.type_string() }}) as title,
        cast(null as {{ dbt.type_string() }}) as contact_role,
        cast(null as {{ dbt.type_string() }}) as merged_into_key,
        cast(null as timestamp) as email_bounced_at
    from end_users
    union all
    select
        {{ record_key('pendo', 'visitor', 'visitor_id') }} as person_key,
        'pendo' as source_system,
        'visitor' as source_table,
        'visitor_history' as raw_table,
        visitor_id as source_id,
        raw_key,
        {{ record_key('pendo', 'account', 'account_id') }} as account_key,
        coalesce(first_visit_at, updated_at) as created_at,
        false as is_deleted,
        visitor_name as full_name,
        cast(null as {{ dbt.type_string() }}) as first_name,
        cast(null as {{ dbt.type_string() }}) as last_name,
        email,
        cast(null as {{ dbt.type_string() }}) as phone,
        cast(null as {{ dbt.type_string() }}) as title,
        lower(role) as contact_role,
        cast(null as {{ dbt.type_string() }}) as merged_into_key,
        cast(null as timestamp) as email_bounced_at
    from visitors
),

final as (
    select
        unioned.person_key,
        unioned.source_system,
        unioned.source_table,
        unioned.source_id,
        unioned.account_key,
        unioned.created_at,
        unioned.is_deleted,
        coalesce(
            unioned.full_name,
            nullif(trim(coalesce(unioned.first_name, '') || ' ' || coalesce(unioned.last_name, '')), '')
        ) as full_name,
        unioned.first_name,
        unioned.last_name,
        unioned.email,
        unioned.phone,
        unioned.title,
        unioned.contact_role,
        unioned.merged_into_key,
        unioned.email_bounced_at
    from unioned
    left join orphans
        on
            unioned.source_system = orphans.source_system
            and unioned.raw_table = orphans.source_table
            and unioned.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
