{#
  The UTC instant of a wall-clock time in a time zone (a name of the IANA database, or a column of names). Of a time that
  the clocks show twice, in autumn, the first; a time that they jump over, in spring, is as much later as they jump.
  `local` is a column: it is written several times.
#}
{% macro local_to_utc(local, zone) -%}
    {{ return(adapter.dispatch('local_to_utc', 'customer360')(local, zone)) }}
{%- endmacro %}

{#
  DuckDB takes the second of two: so the offset of the day before is tried first, and holds when it leads back to the
  same wall-clock time.
#}
{% macro duckdb__local_to_utc(local, zone) -%}
    {%- set second = "timezone('UTC', timezone(" ~ zone ~ ", " ~ local ~ "))" -%}
    {%- set day_before = "(" ~ second ~ " - interval 1 day)" -%}
    {%- set first = "(" ~ local ~ " - (timezone(" ~ zone ~ ", timezone('UTC', " ~ day_before ~ ")) - " ~ day_before ~ "))" -%}
    case when timezone({{ zone }}, timezone('UTC', {{ first }})) = {{ local }} then {{ first }} else {{ second }} end
{%- endmacro %}

{% macro default__local_to_utc(local, zone) -%}
    to_utc_timestamp({{ local }}, {{ zone }})
{%- endmacro %}
