{# The element of an array at a place counted from 1. #}
{% macro element(array, place) -%}
    {{ return(adapter.dispatch('element', 'customer360')(array, place)) }}
{%- endmacro %}

{% macro duckdb__element(array, place) -%}
    list_extract({{ array }}, {{ place }})
{%- endmacro %}

{% macro default__element(array, place) -%}
    element_at({{ array }}, {{ place }})
{%- endmacro %}
