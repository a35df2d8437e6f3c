-- The decisions of people in the seed identity_overrides, with the keys of the records that they name.
with overrides as (
    select * from {{ ref('identity_overrides') }}
),

records as (
    select * from {{ ref('int_accounts') }}
),

named as (
    select
        lower(trim(action)) as action,
        trim(source_system_a) || '.' || trim(source_table_a) || ':'
        || case when source_system_a = 'salesforce' then {{ salesforce_id('source_id_a') }} else trim(source_id_a) end as key_1,
        trim(source_system_b) || '.' || trim(source_table_b) || ':'
        || case when source_system_b = 'salesforce' then {{ salesforce_id('source_id_b') }} else trim(source_id_b) end as key_2,
        reason,
        owner
    from overrides
),

final as (
    select
        named.action,
        least(named.key_1, named.key_2) as record_a,
        greatest(named.key_1, named.key_2) as record_b,
        count(distinct records.record_key) = 2 as is_known,
        min(named.reason) as reason,
        min(named.owner) as owner
    from named
    left join records
        on records.record_key = named.key_1 or records.record_key = named.key_2
    group by named.action, least(named.key_1, named.key_2), greatest(named.key_1, named.key_2)
)

select * from final
