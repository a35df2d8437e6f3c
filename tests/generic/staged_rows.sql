{#
  Asserts what every staging model promises, in one query (one row a broken promise and raw key):
    - the columns of `key` are filled and unique among the rows with row_status 'used'
    - row_status is used, duplicate, deleted, test_mode or rejected
    - a rejected row has a reject_reason and a used row has none
    - copy_number is 1 or more, and only a row with copy_number 1 counts (is anything but a duplicate)
#}
{% test staged_rows(model, key) %}

{%- set filled = [] -%}
{%- for column in key -%}
    {%- do filled.append(column ~ ' is not null') -%}
{%- endfor %}

with staged as (
    select * from {{ model }}
),

broken as (
    select
        raw_key,
        case
            when row_status is null or row_status not in ('used', 'duplicate', 'deleted', 'test_mode', 'rejected')
                then 'row_status is unknown'
            when row_status = 'rejected' and reject_reason is null then 'rejected without a reason'
            when row_status = 'used' and reject_reason is not null then 'used in spite of a reject_reason'
            when copy_number is null or copy_number < 1 then 'copy_number is below 1'
            when (row_status = 'duplicate') != (copy_number > 1) then 'copies and duplicates differ'
            when row_status = 'used' and not ({{ filled | join(' and ') }}) then 'used without a key'
        end as broken_promise
    from staged
),

repeated as (
    select
        {{ key | join(', ') }},
        min(raw_key) as raw_key
    from staged
    where row_status = 'used'
    group by {{ key | join(', ') }}
    having count(*) > 1
)

select
    raw_key,
    broken_promise
from broken
where broken_promise is not null
union all
select
    raw_key,
    'key is not unique among used rows' as broken_promise
from repeated

{% endtest %}
