{# The columns of a query, in order, as a map from their names to their types. It runs a statement. #}
{% macro query_columns(sql) -%}
    {{ return(adapter.dispatch('query_columns', 'customer360')(sql)) }}
{%- endmacro %}

{% macro duckdb__query_columns(sql) -%}
    {%- set found = {} -%}
    {%- for row in run_query('describe ' ~ sql).rows -%}
        {%- do found.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro default__query_columns(sql) -%}
    {%- set found = {} -%}
    {%- for row in run_query('describe query ' ~ sql).rows -%}
        {%- do found.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
