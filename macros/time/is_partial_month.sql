{# Whether the month of a day is not over by as_of_date. #}
{% macro is_partial_month(column) -%}
    cast({{ dbt.last_day(column, 'month') }} as date) > {{ as_of_date() }}
{%- endmacro %}
