-- The customers as sets of records: closure over the links, best link first, never over a guard (macro merge_clusters).
-- Only records that some link touches are here; every other one is a customer of its own.
-- depends_on: {{ ref('int_identity__guards') }}
{{ config(materialized='fixpoint', meta={
    'step': 'merge_clusters',
    'arguments': {'links': 'int_identity__links', 'guards': 'int_identity__guards'},
    'max_passes': 50
}) }}

with links as (
    select * from {{ ref('int_identity__links') }} where link_order is not null
),

nodes as (
    select record_a as record_key from links
    union
    select record_b as record_key from links
)

select
    record_key,
    record_key as cluster_key
from nodes
