{# A timestamp and so many whole minutes. #}
{% macro plus_minutes(timestamp, minutes) -%}
    {{ return(adapter.dispatch('plus_minutes', 'customer360')(timestamp, minutes)) }}
{%- endmacro %}

{% macro duckdb__plus_minutes(timestamp, minutes) -%}
    ({{ timestamp }} + to_minutes(cast({{ minutes }} as bigint)))
{%- endmacro %}

{% macro default__plus_minutes(timestamp, minutes) -%}
    ({{ timestamp }} + make_interval(0, 0, 0, 0, 0, cast({{ minutes }} as int)))
{%- endmacro %}
