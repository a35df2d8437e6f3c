-- People at customers, each once, from all tools. The e-mail address is hashed: it can be joined on, not read.
with people as (
    select * from {{ ref('int_people') }}
),

resolved as (
    select * from {{ ref('int_identity__people') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

person_records as (
    select * from {{ ref('int_identity__person_records') }}
),

source_systems as (
    select * from {{ ref('source_systems') }}
),

records as (
    select
        resolved.person_id,
        customers.customer_id,
        case when customers.customer_id is not null then resolved.attach_rule end as attach_rule,
        people.*,
        person_records.email_key,
        -- what a newer live record says counts first
        case when people.is_deleted then '0 ' else '1 ' end
        || coalesce(cast(people.created_at as {{ dbt.type_string() }}), '') || ' ' || people.person_key as recency,
        case when source_systems.silo = 'crm' then '1 ' else '0 ' end as is_crm
    from resolved
    inner join people
        on resolved.person_key = people.person_key
    inner join person_records
        on resolved.person_key = person_records.person_key
    left join customers
        on resolved.customer_id = customers.customer_id
    left join source_systems
        on people.source_system = source_systems.source_system
),

merged as (
    select
        person_id,
        customer_id,
        min(attach_rule) as attach_rule,
        max_by(email_key, recency) filter (where email_key is not null) as email_key,
        max_by(full_name, recency) filter (where full_name is not null) as full_name,
        max_by(title, recency) filter (where title is not null) as title,
        max_by(contact_role, is_crm || recency) filter (where contact_role is not null) as contact_role,
        -- only a CRM tells roles at the customer: who is in none may be a champion or not
        max(
            case
                when not is_deleted and contact_role = 'champion' then 1
                when not is_deleted and is_crm = '1 ' then 0
            end
        ) = 1 as is_champion,
        min(created_at) as first_seen_at,
        max(created_at) as last_seen_at,
        max(email_bounced_at) as bounced_at,
        count(*) as record_count,
        count(distinct source_system) as source_system_count,
        min(case when is_deleted then 1 else 0 end) = 1 as is_deleted
    from records
    group by person_id, customer_id
),

final as (
    select
        person_id,
        customer_id,
        attach_rule,
        {{ sha256_hex('email_key') }} as email_hash,
        full_name,
        title,
        contact_role,
        is_champion,
        first_seen_at,
        last_seen_at,
        bounced_at,
        record_count,
        source_system_count,
        is_deleted
    from merged
)

select * from final
