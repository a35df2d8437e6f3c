{# The day of the week of a date: 0 is Sunday, 6 is Saturday. #}
{% macro weekday(date) -%}
    {{ return(adapter.dispatch('weekday', 'customer360')(date)) }}
{%- endmacro %}

{% macro duckdb__weekday(date) -%}
    cast(extract(dow from {{ date }}) as bigint)
{%- endmacro %}

{% macro default__weekday(date) -%}
    cast(dayofweek({{ date }}) - 1 as bigint)
{%- endmacro %}
