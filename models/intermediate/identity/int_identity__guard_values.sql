-- What forbids that two records become one customer: they hold different values of the same guard. A person said so
-- (split); the CRM keeps them as parent and child, or as children of one parent that differ in name or country (those
-- that do not may be one child entered twice); or their verified tax numbers of one country differ. Deleting a record
-- takes no guard away, or customers of past months would become one; merging it into another does.
with records as (
    select * from {{ ref('int_identity__records') }}
),

overrides as (
    select * from {{ ref('int_identity__overrides') }} where action = 'split' and is_known
),

children as (
    select
        children.record_key,
        coalesce(children.name_key || '|' || coalesce(children.country_key, ''), children.record_key) as child_value,
        parents.record_key as parent_key,
        grandparents.record_key as grandparent_key
    from records as children
    inner join records as parents
        on children.parent_key = parents.record_key
    left join records as grandparents
        on
            parents.parent_key = grandparents.record_key
            and grandparents.merged_into_id is null
            and children.record_key <> grandparents.record_key
            and parents.record_key <> grandparents.record_key
    where
        children.merged_into_id is null
        and parents.merged_into_id is null
        and children.record_key <> parents.record_key
),

splits as (
    select
        record_a,
        record_b,
        'split:' || record_a || '|' || record_b as guard
    from overrides
),

guards as (
    select record_a as record_key, guard, record_a as guard_value from splits
    union all
    select record_b as record_key, guard, record_b as guard_value from splits
    union all
    select record_key, 'hierarchy:' || parent_key as guard, child_value as guard_value from children
    union all
    select parent_key as record_key, 'hierarchy:' || parent_key as guard, parent_key as guard_value from children
    union all
    select record_key, 'hierarchy:' || grandparent_key as guard, child_value as guard_value from children
    where grandparent_key is not null
    union all
    select record_key, 'tax:' || tax_country as guard, tax_key as guard_value from records
    where tax_id_is_verified and tax_key is not null and tax_country is not null
)

select distinct
    record_key,
    guard,
    guard_value
from guards
