-- Every raw row that no mart uses because something is wrong with it, with what is wrong.
with set_aside as (
    {% for tool, tables in staged_tables() -%}
    {% for table in tables -%}
    select
        '{{ tool }}' as source_system,
        '{{ table }}' as source_table,
        row_status,
        raw_key,
        reject_reason,
        reject_column,
        reject_value,
        delivered_at
    from {{ ref('stg_' ~ tool ~ '__' ~ table) }}
    where row_status in ('rejected', 'duplicate')
    union all
    {% endfor -%}
    {% endfor -%}
    select
        source_system,
        source_table,
        row_status,
        raw_key,
        'orphan' as reject_reason,
        reject_column,
        reject_value,
        delivered_at
    from {{ ref('int_orphans') }}
),

-- staging keeps the latest delivery of a row; what is wrong with it was known since the first
dated as (
    select
        *,
        min(delivered_at) over (partition by source_system, source_table, raw_key) as first_delivered_at
    from set_aside
),

final as (
    select
        source_system || '.' || source_table || ':' || raw_key as rejected_row_key,
        source_system,
        source_table,
        raw_key,
        reject_reason,
        reject_column,
        reject_value,
        first_delivered_at as delivered_at
    from dated
    where row_status = 'rejected'
)

select * from final
