{# `*` without some columns: all_except('relation', ['a', 'b']). #}
{% macro all_except(relation, columns) -%}
    {{ return(adapter.dispatch('all_except', 'customer360')(relation, columns)) }}
{%- endmacro %}

{% macro duckdb__all_except(relation, columns) -%}
    {{ relation }}.* exclude ({{ columns | join(', ') }})
{%- endmacro %}

{% macro default__all_except(relation, columns) -%}
    {{ relation }}.* except ({{ columns | join(', ') }})
{%- endmacro %}
