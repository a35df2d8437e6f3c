-- The generic test staged_rows tried on made-up rows: it must name each broken row, and no other.
{% set given -%}
    (
        select * from (
            values
                ('a', 'a', 1, 'used', cast(null as {{ dbt.type_string() }}), 0),
                ('a', 'a', 2, 'duplicate', null, 0),
                ('b', 'b', 1, 'rejected', 'unparseable_date', 0),
                ('c', 'c', 1, 'deleted', null, 0),
                ('d', 'd', 1, 'lost', null, 1),
                ('e', 'e', 1, 'rejected', null, 1),
                ('f', 'f', 1, 'used', 'missing_value', 1),
                ('g', 'g', 0, 'used', null, 1),
                ('h', 'h', 2, 'used', null, 1),
                ('i', 'i', 1, 'duplicate', null, 1),
                (null, 'row j', 1, 'used', null, 1),
                ('k', 'k1', 1, 'used', null, 1),
                ('k', 'k1', 1, 'used', null, 0)
        ) as made_up (id, raw_key, copy_number, row_status, reject_reason, is_broken)
    ) as staged_model
{%- endset %}

with expected as (
    select raw_key from {{ given }}
    where is_broken = 1
),

found as (
    {{ test_staged_rows(given, ['id']) }}
)

select coalesce(expected.raw_key, found.raw_key) as raw_key
from expected
full outer join found
    on expected.raw_key = found.raw_key
where expected.raw_key is null or found.raw_key is null
