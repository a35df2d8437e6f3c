{#
  Three columns that say what is wrong with a raw row: reject_reason, reject_column, reject_value (the raw text).
  `checks` is a list of (reason, raw column, typed expression); the first that fails counts.
    missing_id, missing_value  the raw column is empty
    future_date                the typed expression lies after as_of_date
    out_of_range               the typed expression, a condition, is false
    any other reason           the raw column holds something, and the typed expression is null
#}
{% macro reject_checks(checks) -%}
    {%- set conditions = [] -%}
    {%- for reason, column, typed in checks -%}
        {%- if reason in ('missing_id', 'missing_value') -%}
            {%- do conditions.append(clean_text(column) ~ ' is null') -%}
        {%- elif reason == 'future_date' -%}
            {%- do conditions.append(typed ~ ' >= ' ~ as_of_end()) -%}
        {%- elif reason == 'out_of_range' -%}
            {%- do conditions.append('not (' ~ typed ~ ')') -%}
        {%- else -%}
            {%- do conditions.append('(' ~ clean_text(column) ~ ' is not null and ' ~ typed ~ ' is null)') -%}
        {%- endif -%}
    {%- endfor -%}
    case
        {%- for reason, column, typed in checks %}
        when {{ conditions[loop.index0] }} then '{{ reason }}'
        {%- endfor %}
    end as reject_reason,
    case
        {%- for reason, column, typed in checks %}
        when {{ conditions[loop.index0] }} then '{{ column.split('.')[-1] | replace('"', '') | replace('`', '') }}'
        {%- endfor %}
    end as reject_column,
    case
        {%- for reason, column, typed in checks %}
        when {{ conditions[loop.index0] }} then {{ clean_text(column) }}
        {%- endfor %}
    end as reject_value
{%- endmacro %}
