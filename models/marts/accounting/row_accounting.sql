-- What became of every raw row: rows in = used + duplicate + deleted + test mode + rejected, for each raw table of the
-- tools that are switched on.
{% set tools_on = staged_tables() | selectattr(0, 'in', var('tools')) | list %}

with counted as (
    {% for tool, tables in tools_on -%}
    {% for table in tables -%}
    select
        '{{ tool }}' as source_system,
        '{{ table }}' as source_table,
        count(*) as rows_in,
        count(case when row_status = 'used' then 1 end) as used,
        count(case when row_status = 'duplicate' then 1 end) as duplicate,
        count(case when row_status = 'deleted' then 1 end) as deleted,
        count(case when row_status = 'test_mode' then 1 end) as test_mode,
        count(case when row_status = 'rejected' then 1 end) as rejected
    from {{ ref('stg_' ~ tool ~ '__' ~ table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

orphans as (
    select
        source_system,
        source_table,
        count(case when row_status = 'rejected' then 1 end) as orphan_count,
        count(case when row_status = 'test_mode' then 1 end) as test_mode_count
    from {{ ref('int_orphans') }}
    group by source_system, source_table
),

final as (
    select
        counted.source_system,
        counted.source_table,
        cast(counted.rows_in as bigint) as rows_in,
        cast(counted.used - coalesce(orphans.orphan_count + orphans.test_mode_count, 0) as bigint) as used_rows,
        cast(counted.duplicate as bigint) as duplicate_rows,
        cast(counted.deleted as bigint) as deleted_rows,
        cast(counted.test_mode + coalesce(orphans.test_mode_count, 0) as bigint) as test_mode_rows,
        cast(counted.rejected + coalesce(orphans.orphan_count, 0) as bigint) as rejected_rows
    from counted
    left join orphans
        on counted.source_system = orphans.source_system and counted.source_table = orphans.source_table
)

select * from final
