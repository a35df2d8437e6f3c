{#
  The last select of a staging model: every raw row that is known on as_of_date, with what became of it in
  row_status: used, duplicate, deleted, test_mode or rejected. Models downstream read `where row_status = 'used'`.

  relation   the CTE with typed columns, the column of reject_checks(), delivered_at, and is_deleted where the
             table has deletes (deleted_at then says when; without it the delivery counts)
  key        the columns that identify a row; copies that share them are deliveries of the same row
  kind       append   rows never change, so a row delivered after as_of_date is not known yet
             upsert   rows are overwritten in place; a row is known once created, even if it was changed later
             history  one row a version; a version made after as_of_date is not known yet, unless its date is wrong:
                      it was delivered by then
  created    the column with the time of the row's own creation, event or (history) version; none where there is none
  changed_at  the column with the tool's own time of the row's last change. Of several copies the one that the tool changed
             last wins, then the latest delivery: a loader that starts over, or an export without delivery times, brings
             old copies in any order. It stands in for a delivery that is missing
  is_current  a flag of the loader by which the current copy is known; it counts before all times
  content    columns that settle, in a fixed way, which of two copies is kept when nothing else tells them apart, and
             that identify a row whose key is missing
  has_deletes  the CTE has is_deleted and deleted_at
  has_test_mode  the CTE has is_test_mode: rows of the tool's test mode are no business of anybody, deleted or not
#}
{% macro with_row_status(
    relation, key, kind, created=none, changed_at=none, is_current=none, content=[], has_deletes=false, has_test_mode=false
) -%}
    {%- set by_delivery = var('as_of_uses_delivery', true) -%}
    {%- set created_in_time = 'coalesce(' ~ created ~ ' < ' ~ as_of_end() ~ ', true)' if created else 'true' -%}
    {#- a row without a delivery counts as delivered when it was changed, or else created -#}
    {%- set delivery = 'coalesce(delivered_at, ' ~ changed_at ~ ')' if changed_at else 'delivered_at' -%}
    {%- set delivered_in_time = 'coalesce(' ~ delivery ~ ' < ' ~ as_of_end() ~ ', ' ~ created_in_time ~ ')' -%}
    {%- if kind == 'append' and by_delivery -%}
        {%- set known = delivered_in_time -%}
    {%- elif kind in ('upsert', 'history') and by_delivery and created -%}
        {%- set known = '(coalesce(' ~ created ~ ' < ' ~ as_of_end() ~ ', false) or ' ~ delivered_in_time ~ ')' -%}
    {%- else -%}
        {%- set known = created_in_time -%}
    {%- endif -%}
    {%- set fingerprint = [] -%}
    {%- for column in content + ['reject_value'] -%}
        {%- do fingerprint.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- endfor -%}
    {%- set raw_key = [] -%}
    {%- for column in key -%}
        {%- do raw_key.append('cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    select
        *,
        case
            when copy_number > 1 then 'duplicate'
            {%- if has_test_mode %}
            when is_test_mode then 'test_mode'
            {%- endif %}
            {%- if has_deletes %}
            when
                is_deleted and coalesce(deleted_at < {{ as_of_end() }}, true)
                and coalesce(reject_reason, '') != 'missing_id'
                then 'deleted'
            {%- endif %}
            when reject_reason is not null then 'rejected'
            else 'used'
        end as row_status
    from (
        select
            *,
            -- of the copies delivered by the end of as_of_date the one that the tool changed last is kept, then the latest
            -- delivery; failing that, the first delivery after it
            row_number() over (
                partition by raw_key
                order by
                    case when {{ delivered_in_time }} then 0 else 1 end,
                    {%- for column in [is_current, changed_at] if column %}
                    case when {{ delivered_in_time }} then {{ column }} end desc nulls last,
                    {%- endfor %}
                    case when {{ delivered_in_time }} then delivered_at end desc nulls last,
                    delivered_at asc nulls last{% for column in content if column not in key and column != changed_at %},
                    {{ column }} asc nulls last{% endfor %}
            ) as copy_number
        from (
            select
                *,
                coalesce(
                    {{ raw_key | join(" || '/' || ") }},
                    'row ' || md5({{ fingerprint | join(" || '|' || ") }})
                ) as raw_key
            from (
                select
                    {{ all_except(relation, ['reject_code']) }},
                    split_part(reject_code, '|', 1) as reject_reason,
                    split_part(reject_code, '|', 2) as reject_column,
                    nullif(substr(reject_code, length(
                        split_part(reject_code, '|', 1) || '|' || split_part(reject_code, '|', 2) || '|'
                    ) + 1), '') as reject_value
                from {{ relation }}
                where {{ known }}
            ) as known_rows
        ) as keyed_rows
    ) as numbered_rows
    where copy_number = 1 or {{ delivered_in_time }}
{%- endmacro %}
