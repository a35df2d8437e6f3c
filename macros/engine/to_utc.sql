{#
  A raw value as a UTC timestamp without zone: text in ISO form, with or without an offset, or a native date or
  timestamp (taken as UTC). What cannot be read gives null; `reject_reason` tells it from a value that is missing.
#}
{% macro to_utc(column) -%}
    {{ return(adapter.dispatch('to_utc', 'customer360')(column)) }}
{%- endmacro %}

{# DuckDB drops an offset when it casts to timestamp, so the value goes through timestamptz (session zone UTC). #}
{% macro duckdb__to_utc(column) -%}
    (try_cast({{ column }} as timestamptz) at time zone 'UTC')
{%- endmacro %}

{# Spark converts an offset to the session zone, which the profile sets to UTC. #}
{% macro default__to_utc(column) -%}
    try_cast({{ column }} as timestamp)
{%- endmacro %}
