-- Each raw table's rejected rows are listed one by one: the list and the account agree.
with listed as (
    select
        source_system,
        source_table,
        count(*) as listed_rows
    from {{ ref('rejected_rows') }}
    group by source_system, source_table
)

select
    accounting.source_system,
    accounting.source_table,
    accounting.rejected_rows,
    listed.listed_rows
from {{ ref('row_accounting') }} as accounting
left join listed
    on accounting.source_system = listed.source_system and accounting.source_table = listed.source_table
where accounting.rejected_rows <> coalesce(listed.listed_rows, 0)
