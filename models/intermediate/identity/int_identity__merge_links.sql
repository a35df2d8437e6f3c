-- Manual merges, and the guard values (all but splits) of the records that they name: values that a person's merge
-- brings together no longer forbid anything among each other. Nodes are records and '<guard>=<value>'.
with overrides as (
    select * from {{ ref('int_identity__overrides') }} where action = 'merge' and is_known
),

guard_values as (
    select * from {{ ref('int_identity__guard_values') }} where guard not like 'split:%'
),

named as (
    select record_a as record_key from overrides
    union
    select record_b as record_key from overrides
),

links as (
    select
        record_a,
        record_b
    from overrides
    union
    select
        guard_values.record_key as record_a,
        guard_values.guard || '=' || guard_values.guard_value as record_b
    from guard_values
    inner join named
        on guard_values.record_key = named.record_key
)

select
    record_a,
    record_b,
    record_a || '|' || record_b as link_order
from links
