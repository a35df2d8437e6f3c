{#
  One column, reject_code, that says what is wrong with a raw row; with_row_status() takes it apart into reject_reason,
  reject_column and reject_value (the raw text). Null: nothing is wrong.
  `checks` is a list of (reason, raw column, typed expression); the first that fails counts.
    missing_id, missing_value  the raw column is empty
    future_date                the typed expression lies after as_of_date
    out_of_range               the typed expression, a condition, is false
    any other reason           the raw column holds something, and the typed expression is null
  (One expression and not three, and the typed expression first: both for speed.)
#}
{% macro reject_checks(checks) -%}
    case
        {%- for reason, column, typed in checks %}
        when
            {%- if reason in ('missing_id', 'missing_value') %} {{ clean_text(column) }} is null
            {%- elif reason == 'future_date' %} {{ typed }} >= {{ as_of_end() }}
            {%- elif reason == 'out_of_range' %} not ({{ typed }})
            {%- else %} {{ typed }} is null and {{ clean_text(column) }} is not null
            {%- endif %}
            then '{{ reason }}|{{ column.split('.')[-1] | replace('"', '') | replace('`', '') }}|'
                || coalesce({{ clean_text(column) }}, '')
        {%- endfor %}
    end as reject_code
{%- endmacro %}
