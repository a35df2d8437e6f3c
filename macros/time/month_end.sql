{# The day by which a month is seen, for any day in it: its last day, or as_of_date while the month is not over. #}
{% macro month_end(column) -%}
    least(cast({{ dbt.last_day(column, 'month') }} as date), {{ as_of_date() }})
{%- endmacro %}
