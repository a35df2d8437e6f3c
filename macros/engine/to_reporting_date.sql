{# The day, in var `reporting_time_zone`, on which a UTC timestamp falls. #}
{% macro to_reporting_date(column) -%}
    {%- if var('reporting_time_zone', 'UTC') == 'UTC' -%}
        cast({{ column }} as date)
    {%- else -%}
        {{ adapter.dispatch('to_reporting_date', 'customer360')(column) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__to_reporting_date(column) -%}
    cast(({{ column }} at time zone 'UTC') at time zone '{{ var('reporting_time_zone', 'UTC') }}' as date)
{%- endmacro %}

{% macro default__to_reporting_date(column) -%}
    cast(from_utc_timestamp({{ column }}, '{{ var('reporting_time_zone', 'UTC') }}') as date)
{%- endmacro %}
