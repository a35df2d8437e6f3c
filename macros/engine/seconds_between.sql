{# Seconds from one timestamp to a later one, as a whole number. #}
{% macro seconds_between(first, last) -%}
    {{ return(adapter.dispatch('seconds_between', 'customer360')(first, last)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(first, last) -%}
    date_diff('second', {{ first }}, {{ last }})
{%- endmacro %}

{% macro default__seconds_between(first, last) -%}
    (unix_timestamp({{ last }}) - unix_timestamp({{ first }}))
{%- endmacro %}
