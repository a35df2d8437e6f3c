-- Every raw row that no mart uses because something is wrong with it, with what is wrong.
with rejected as (
    {% for tool, tables in staged_tables() -%}
    {% for table in tables -%}
    select
        '{{ tool }}' as source_system,
        '{{ table }}' as source_table,
        raw_key,
        reject_reason,
        reject_column,
        reject_value,
        delivered_at
    from {{ ref('stg_' ~ tool ~ '__' ~ table) }}
    where row_status = 'rejected'
    union all
    {% endfor -%}
    {% endfor -%}
    select
        source_system,
        source_table,
        raw_key,
        'orphan' as reject_reason,
        reject_column,
        reject_value,
        delivered_at
    from {{ ref('int_orphans') }}
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
        delivered_at
    from rejected
)

select * from final
