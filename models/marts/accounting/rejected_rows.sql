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

copies as (
    {% for tool, tables in staged_tables() -%}
    {% set tool_loop = loop -%}
    {% for table in tables -%}
    select
        '{{ tool }}' as source_system,
        '{{ table }}' as source_table,
        raw_key,
        delivered_at
    from {{ ref('stg_' ~ tool ~ '__' ~ table) }}
    where row_status = 'duplicate'
    {% if not (loop.last and tool_loop.last) %}union all{% endif %}
    {% endfor -%}
    {% endfor -%}
),

-- staging keeps the latest delivery of a row; what was wrong with it was known since the first
first_deliveries as (
    select
        source_system,
        source_table,
        raw_key,
        min(delivered_at) as delivered_at
    from copies
    group by source_system, source_table, raw_key
),

final as (
    select
        rejected.source_system || '.' || rejected.source_table || ':' || rejected.raw_key as rejected_row_key,
        rejected.source_system,
        rejected.source_table,
        rejected.raw_key,
        rejected.reject_reason,
        rejected.reject_column,
        rejected.reject_value,
        least(rejected.delivered_at, coalesce(first_deliveries.delivered_at, rejected.delivered_at)) as delivered_at
    from rejected
    left join first_deliveries
        on
            rejected.source_system = first_deliveries.source_system
            and rejected.source_table = first_deliveries.source_table
            and rejected.raw_key = first_deliveries.raw_key
)

select * from final
