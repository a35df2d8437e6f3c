{# A select of the whole numbers from 0 up to, not including, `count`: one column `number`. #}
{% macro whole_numbers(count) -%}
    {{ return(adapter.dispatch('whole_numbers', 'customer360')(count)) }}
{%- endmacro %}

{% macro duckdb__whole_numbers(count) -%}
    select cast(range as bigint) as number from range({{ count }})
{%- endmacro %}

{% macro default__whole_numbers(count) -%}
    select cast(id as bigint) as number from range({{ count }})
{%- endmacro %}
