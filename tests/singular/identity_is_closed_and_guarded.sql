-- The closure proves itself: every link lies within one cluster, unless a guard holds its two clusters apart, and no
-- cluster holds two values of a guard.
with links as (
    select * from {{ ref('int_identity__links') }} where link_order is not null
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

guards as (
    select distinct
        clusters.cluster_key,
        guards.guard,
        guards.guard_value
    from {{ ref('int_identity__guards') }} as guards
    inner join clusters
        on guards.record_key = clusters.record_key
),

open_links as (
    select
        links.record_a,
        links.record_b,
        clusters_a.cluster_key as cluster_a,
        clusters_b.cluster_key as cluster_b
    from links
    left join clusters as clusters_a
        on links.record_a = clusters_a.record_key
    left join clusters as clusters_b
        on links.record_b = clusters_b.record_key
    where coalesce(clusters_a.cluster_key <> clusters_b.cluster_key, true)
),

forbidden as (
    select distinct
        open_links.record_a,
        open_links.record_b
    from open_links
    inner join guards as guards_a
        on open_links.cluster_a = guards_a.cluster_key
    inner join guards as guards_b
        on
            open_links.cluster_b = guards_b.cluster_key
            and guards_a.guard = guards_b.guard
            and guards_a.guard_value <> guards_b.guard_value
)

select
    open_links.record_a as broken,
    'link between two clusters that no guard forbids' as broken_promise
from open_links
left join forbidden
    on open_links.record_a = forbidden.record_a and open_links.record_b = forbidden.record_b
where forbidden.record_a is null
union all
select
    cluster_key as broken,
    'two values of guard ' || guard as broken_promise
from guards
group by cluster_key, guard
having count(*) > 1
