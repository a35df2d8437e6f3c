{#
  A raw value as a UTC timestamp without zone: text in ISO form, with or without an offset, or a native date or
  timestamp (taken as UTC). What cannot be read gives null; `reject_reason` tells it from a value that is missing.
#}
{% macro to_utc(column) -%}
    {{ return(adapter.dispatch('to_utc', 'customer360')(column)) }}
{%- endmacro %}

{#
  DuckDB drops an offset when it casts to timestamp, so the value goes through timestamptz (session zone UTC). The way
  back over epoch_us() is five times as fast as `at time zone 'UTC'`, and takes 'infinity' for no date.
#}
{% macro duckdb__to_utc(column) -%}
    make_timestamp(epoch_us(try_cast({{ column }} as timestamptz)))
{%- endmacro %}

{#
  Spark converts an offset to the session zone, which the profile sets to UTC. It would also read a lone year, and a
  lone time as a time of today: neither is a date here.
#}
{% macro default__to_utc(column) -%}
    case
        when cast({{ column }} as string) rlike '^ *[0-9]{4}-[0-9]{1,2}-[0-9]' then try_cast({{ column }} as timestamp)
    end
{%- endmacro %}
