{#
  One pass of closing links into clusters, the best link first and never over a guard; the materialization `fixpoint`
  repeats it until nothing changes. The result is that of going through all links in the order of link_order and
  joining the clusters of each, unless they hold different values of a guard, but it takes a few passes over whole sets.

  previous  the clusters so far: record_key, cluster_key
  links     model with record_a, record_b and link_order, a text that is unique and sorts the best link first (null: none)
  guards    model with record_key, guard, guard_value; none where nothing is forbidden

  In a pass every cluster picks its best link that is not forbidden. It may follow its pick at once if it brings no
  guard value that the other does not hold already: whatever the other joins before, it can join as well. Otherwise the
  two join only if they picked each other, for then neither can have anything better before. What is forbidden stays so,
  because clusters only grow. Chains of picks are followed to their end up to 2 to the power of picks_followed() links a
  pass; longer ones take one more.
#}
{% macro merge_clusters(previous, links, guards=none) %}
with clusters as (
    select record_key, cluster_key from {{ previous }}
),

open_links as (
    select
        clusters_a.cluster_key as cluster_a,
        clusters_b.cluster_key as cluster_b,
        min(links.link_order) as link_order
    from {{ ref(links) }} as links
    inner join clusters as clusters_a
        on links.record_a = clusters_a.record_key
    inner join clusters as clusters_b
        on links.record_b = clusters_b.record_key
    where links.link_order is not null and clusters_a.cluster_key <> clusters_b.cluster_key
    group by clusters_a.cluster_key, clusters_b.cluster_key
),

directed_links as (
    select cluster_a as cluster_key, cluster_b as other_key, link_order from open_links
    union all
    select cluster_b as cluster_key, cluster_a as other_key, link_order from open_links
),

{% if guards -%}
cluster_guards as (
    select distinct
        clusters.cluster_key,
        guards.guard,
        guards.guard_value
    from {{ ref(guards) }} as guards
    inner join clusters
        on guards.record_key = clusters.record_key
),

forbidden as (
    select distinct
        own.cluster_key,
        other.cluster_key as other_key
    from directed_links
    inner join cluster_guards as own
        on directed_links.cluster_key = own.cluster_key
    inner join cluster_guards as other
        on
            directed_links.other_key = other.cluster_key
            and own.guard = other.guard
            and own.guard_value <> other.guard_value
),

allowed_links as (
    select directed_links.*
    from directed_links
    left join forbidden
        on
            directed_links.cluster_key = forbidden.cluster_key
            and directed_links.other_key = forbidden.other_key
    where forbidden.cluster_key is null
),
{%- else -%}
allowed_links as (
    select * from directed_links
),
{%- endif %}

picks as (
    select
        cluster_key,
        min_by(other_key, link_order) as other_key
    from allowed_links
    group by cluster_key
),

{% if guards -%}
-- clusters with a guard value that their pick does not hold
guarded as (
    select distinct picks.cluster_key
    from picks
    inner join cluster_guards as own
        on picks.cluster_key = own.cluster_key
    left join cluster_guards as other
        on
            picks.other_key = other.cluster_key
            and own.guard = other.guard
            and own.guard_value = other.guard_value
    where other.cluster_key is null
),
{%- else -%}
guarded as (
    select cluster_key from picks where 1 = 0
),
{%- endif %}

-- of two clusters that picked each other, the one with the smaller key stays and the other follows
hop_0 as (
    select
        picks.cluster_key,
        case
            when back.cluster_key is not null and picks.cluster_key < picks.other_key then picks.cluster_key
            else picks.other_key
        end as next_key
    from picks
    left join picks as back
        on picks.other_key = back.cluster_key and picks.cluster_key = back.other_key
    left join guarded
        on picks.cluster_key = guarded.cluster_key
    where guarded.cluster_key is null or back.cluster_key is not null
),

{% for hop in range(picks_followed()) -%}
hop_{{ hop + 1 }} as (
    select
        here.cluster_key,
        coalesce(there.next_key, here.next_key) as next_key
    from hop_{{ hop }} as here
    left join hop_{{ hop }} as there
        on here.next_key = there.cluster_key
),

{% endfor -%}
-- a chain that is longer still waits for the next pass, as a whole
arrived as (
    select
        last_hop.cluster_key,
        last_hop.next_key
    from hop_{{ picks_followed() }} as last_hop
    left join hop_0 as onward
        on last_hop.next_key = onward.cluster_key and onward.cluster_key <> onward.next_key
    where onward.cluster_key is null
)

-- a cluster is called after the smallest key in it, whatever the way it came about
select
    clusters.record_key,
    min(clusters.cluster_key) over (partition by coalesce(arrived.next_key, clusters.cluster_key)) as cluster_key
from clusters
left join arrived
    on clusters.cluster_key = arrived.cluster_key
{% endmacro %}
