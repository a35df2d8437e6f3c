{# The instant, in UTC, at which a day begins in var `reporting_time_zone`. #}
{% macro reporting_day_start(date) -%}
    {%- if var('reporting_time_zone', 'UTC') == 'UTC' -%}
        cast({{ date }} as timestamp)
    {%- else -%}
        {{ adapter.dispatch('reporting_day_start', 'customer360')(date) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__reporting_day_start(date) -%}
    ((cast({{ date }} as timestamp) at time zone '{{ var('reporting_time_zone', 'UTC') }}') at time zone 'UTC')
{%- endmacro %}

{% macro default__reporting_day_start(date) -%}
    to_utc_timestamp(cast({{ date }} as timestamp), '{{ var('reporting_time_zone', 'UTC') }}')
{%- endmacro %}
