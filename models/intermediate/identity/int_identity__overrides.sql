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
        {{ override_record('a') }} as key_1,
        {{ override_record('b') }} as key_2,
        reason,
        owner
    from overrides
),

ordered as (
    select
        action,
        least(key_1, key_2) as record_a,
        greatest(key_1, key_2) as record_b,
        min(reason) as reason,
        min(owner) as owner
    from named
    group by action, least(key_1, key_2), greatest(key_1, key_2)
),

final as (
    select
        ordered.action,
        ordered.record_a,
        ordered.record_b,
        records_a.record_key is not null and records_b.record_key is not null and ordered.record_a <> ordered.record_b
            as is_known,
        ordered.reason,
        ordered.owner
    from ordered
    left join records as records_a
        on ordered.record_a = records_a.record_key
    left join records as records_b
        on ordered.record_b = records_b.record_key
)

select * from final
