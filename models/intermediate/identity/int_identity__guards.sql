-- The guards as they apply: two records with the same guard and different values are never one customer. Values that a
-- person merged count as one.
with guard_values as (
    select * from {{ ref('int_identity__guard_values') }}
),

merge_groups as (
    select * from {{ ref('int_identity__merge_groups') }}
),

final as (
    select distinct
        guard_values.record_key,
        guard_values.guard,
        coalesce(merge_groups.cluster_key, guard_values.guard_value) as guard_value
    from guard_values
    left join merge_groups
        on guard_values.guard || '=' || guard_values.guard_value = merge_groups.record_key
)

select * from final
