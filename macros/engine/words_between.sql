{# The words of a text from a first to a last position, both from 1 and both included. #}
{% macro words_between(text, first, last) -%}
    {{ return(adapter.dispatch('words_between', 'customer360')(text, first, last)) }}
{%- endmacro %}

{% macro duckdb__words_between(text, first, last) -%}
    array_to_string(list_slice(string_split({{ text }}, ' '), {{ first }}, {{ last }}), ' ')
{%- endmacro %}

{% macro default__words_between(text, first, last) -%}
    array_join(slice(split({{ text }}, ' '), cast({{ first }} as int), cast({{ last }} - {{ first }} + 1 as int)), ' ')
{%- endmacro %}
