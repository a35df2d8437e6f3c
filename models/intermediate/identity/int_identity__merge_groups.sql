-- The groups of records and guard values that manual merges bring together.
-- depends_on: {{ ref('int_identity__merge_links') }}
{{ config(materialized='fixpoint', meta={
    'step': 'merge_clusters', 'arguments': {'links': 'int_identity__merge_links'}, 'max_passes': 50
}) }}

with links as (
    select * from {{ ref('int_identity__merge_links') }}
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
