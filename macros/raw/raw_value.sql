{#
  One raw column as the contract's views hand it on, by the type in which it came (Parquet or a warehouse; a CSV is all text):
  texts stored without the mark that they are text are decoded, nested values (struct, map, list) are JSON text, and a whole
  number that was stored as a floating one is written without its fraction. All else keeps its type: staging reads it.
#}
{% macro raw_value(column, type, contract_type) -%}
    {%- set kind = type | lower -%}
    {%- set quoted = adapter.quote(column) -%}
    {%- if kind in ('blob', 'bytea', 'binary', 'varbinary') -%}
        {{ return(adapter.dispatch('decoded_text', 'customer360')(quoted)) }}
    {%- elif kind.startswith(('struct', 'map', 'array', 'row', 'union', 'variant')) or kind.endswith(']') -%}
        {{ return(adapter.dispatch('as_json', 'customer360')(quoted)) }}
    {%- elif contract_type in ('string', 'timestamp') and kind in ('double', 'float', 'real', 'float4', 'float8') -%}
        {{ return(
            'case when ' ~ quoted ~ ' = floor(' ~ quoted ~ ') then cast(cast(' ~ quoted ~ ' as decimal(38, 0)) as '
            ~ dbt.type_string() ~ ') else cast(' ~ quoted ~ ' as ' ~ dbt.type_string() ~ ') end'
        ) }}
    {%- else -%}
        {{ return(quoted) }}
    {%- endif -%}
{%- endmacro %}

{# Bytes that are no UTF-8 stay as they are written in SQL. #}
{% macro duckdb__decoded_text(column) -%}
    coalesce(try(decode({{ column }})), cast({{ column }} as varchar))
{%- endmacro %}

{% macro default__decoded_text(column) -%}
    cast({{ column }} as string)
{%- endmacro %}

{% macro duckdb__as_json(column) -%}
    cast(to_json({{ column }}) as varchar)
{%- endmacro %}

{% macro default__as_json(column) -%}
    to_json({{ column }})
{%- endmacro %}
