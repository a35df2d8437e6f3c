-- What identity resolution did not dare: pairs of customers that may be one (uncertain), strong matches that a guard
-- forbids (guard), keys that too many records share to mean anything (hub), and overrides that name a record nobody
-- knows (override). One row per pair of customers, its best-scored pair of records.
with links as (
    select * from {{ ref('int_identity__links') }}
),

customers as (
    select records.*
    from {{ ref('int_identity__customers') }} as records
    inner join {{ ref('int_customers') }} as customers
        on records.customer_id = customers.customer_id
),

records as (
    select * from {{ ref('int_accounts') }}
),

guards as (
    select * from {{ ref('int_identity__guards') }}
),

keys as (
    select * from {{ ref('int_identity__keys') }} where is_hub
),

key_rules as (
    select * from {{ ref('identity_keys') }} where is_evidence
),

overrides as (
    select * from {{ ref('int_identity__overrides') }}
),

pairs as (
    select
        links.record_a,
        links.record_b,
        links.status,
        links.rule,
        links.score,
        links.evidence,
        links.counter_evidence,
        customers_a.customer_id as customer_id_a,
        customers_b.customer_id as customer_id_b,
        row_number() over (
            partition by
                least(customers_a.customer_id, customers_b.customer_id),
                greatest(customers_a.customer_id, customers_b.customer_id)
            order by links.score desc nulls last, links.record_a asc nulls last, links.record_b asc nulls last
        ) as preference
    from links
    inner join customers as customers_a
        on links.record_a = customers_a.record_key
    inner join customers as customers_b
        on links.record_b = customers_b.record_key and customers_a.customer_id <> customers_b.customer_id
),

best_pairs as (
    select * from pairs where preference = 1
),

-- the guards that two customers disagree on
customer_guards as (
    select distinct
        customers.customer_id,
        guards.guard,
        guards.guard_value
    from guards
    inner join customers
        on guards.record_key = customers.record_key
),

held_apart as (
    select
        best_pairs.record_a,
        best_pairs.record_b,
        min(guards_a.guard) as guard
    from best_pairs
    inner join customer_guards as guards_a
        on best_pairs.customer_id_a = guards_a.customer_id
    inner join customer_guards as guards_b
        on
            best_pairs.customer_id_b = guards_b.customer_id
            and guards_a.guard = guards_b.guard
            and guards_a.guard_value <> guards_b.guard_value
    group by best_pairs.record_a, best_pairs.record_b
),

hubs as (
    select
        keys.key_type,
        keys.key_value,
        min(keys.record_key) as record_key,
        max(keys.record_count) as record_count
    from keys
    inner join key_rules
        on keys.key_type = key_rules.key_type
    group by keys.key_type, keys.key_value
),

unioned as (
    select
        case when best_pairs.status = 'link' then 'guard' else 'uncertain' end as reason,
        best_pairs.record_a,
        best_pairs.record_b,
        best_pairs.customer_id_a,
        best_pairs.customer_id_b,
        best_pairs.rule,
        best_pairs.score,
        best_pairs.evidence,
        nullif(concat_ws('; ', held_apart.guard, nullif(best_pairs.counter_evidence, '')), '') as counter_evidence,
        cast(2 as bigint) as record_count
    from best_pairs
    left join held_apart
        on best_pairs.record_a = held_apart.record_a and best_pairs.record_b = held_apart.record_b
    -- what a guard forbids is no question, unless it looks like one customer all the same
    where best_pairs.status = 'link' or held_apart.guard is null
    union all
    select
        'hub' as reason,
        record_key as record_a,
        null as record_b,
        null as customer_id_a,
        null as customer_id_b,
        key_type as rule,
        null as score,
        case
            when key_type = 'email' then 'e-mail #' || substr({{ sha256_hex('key_value') }}, 1, 8)
            else key_type || ' ' || key_value
        end as evidence,
        'shared by ' || cast(record_count as {{ dbt.type_string() }}) || ' records' as counter_evidence,
        record_count
    from hubs
    union all
    select
        'override' as reason,
        record_a,
        record_b,
        null as customer_id_a,
        null as customer_id_b,
        'manual_' || action as rule,
        null as score,
        reason as evidence,
        'names a record that is not there' as counter_evidence,
        cast(2 as bigint) as record_count
    from overrides
    where not is_known
),

final as (
    select
        'rev_' || substr(md5(concat_ws(
            '|', unioned.reason, unioned.record_a, coalesce(unioned.record_b, unioned.evidence), unioned.rule
        )), 1, 16) as review_id,
        unioned.reason,
        unioned.record_a,
        records_a.account_name as account_name_a,
        unioned.customer_id_a,
        unioned.record_b,
        records_b.account_name as account_name_b,
        unioned.customer_id_b,
        unioned.rule,
        unioned.score,
        unioned.evidence,
        unioned.counter_evidence,
        unioned.record_count
    from unioned
    left join records as records_a
        on unioned.record_a = records_a.record_key
    left join records as records_b
        on unioned.record_b = records_b.record_key
)

select * from final
