{# The instant so many whole months, and then so many days, before a timestamp; 31 March less a month is the end of February. #}
{% macro before(timestamp, months, days) -%}
    {{ return(adapter.dispatch('before', 'customer360')(timestamp, months, days)) }}
{%- endmacro %}

{% macro duckdb__before(timestamp, months, days) -%}
    ({{ timestamp }} - to_months(cast({{ months }} as integer)) - to_days(cast({{ days }} as integer)))
{%- endmacro %}

{% macro default__before(timestamp, months, days) -%}
    ({{ timestamp }} - make_interval(0, cast({{ months }} as int), 0, cast({{ days }} as int)))
{%- endmacro %}
