{#
  How often merge_clusters() doubles the chains of picks that it follows in one pass. DuckDB computes a CTE once, however
  often it is read; Spark writes it out at each place, so that every doubling doubles the work, and more passes are cheaper.
#}
{% macro picks_followed() -%}
    {{ return(adapter.dispatch('picks_followed', 'customer360')()) }}
{%- endmacro %}

{% macro duckdb__picks_followed() -%}
    {{ return(4) }}
{%- endmacro %}

{% macro default__picks_followed() -%}
    {{ return(1) }}
{%- endmacro %}
