{#
  The value under one top-level key of a JSON object in a text column, as text; null when the key is absent or the
  text is no JSON.
#}
{% macro json_text(column, key) -%}
    {{ return(adapter.dispatch('json_text', 'customer360')(column, key | replace("'", "''"))) }}
{%- endmacro %}

{# DuckDB stops at malformed JSON, so only well-formed text is looked into. #}
{% macro duckdb__json_text(column, key) -%}
    case
        when json_valid(cast({{ column }} as varchar))
            then json_extract_string(cast({{ column }} as varchar), '$."{{ key }}"')
    end
{%- endmacro %}

{% macro default__json_text(column, key) -%}
    get_json_object(cast({{ column }} as string), "$['{{ key }}']")
{%- endmacro %}
