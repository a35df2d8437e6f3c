{# The words of one text that another does not have, with one blank between them; empty when there is none. #}
{% macro words_without(text, others) -%}
    {{ return(adapter.dispatch('words_without', 'customer360')(text, others)) }}
{%- endmacro %}

{% macro duckdb__words_without(text, others) -%}
    array_to_string(
        list_filter(string_split({{ text }}, ' '), lambda word: not list_contains(string_split({{ others }}, ' '), word)), ' '
    )
{%- endmacro %}

{% macro default__words_without(text, others) -%}
    array_join(filter(split({{ text }}, ' '), word -> not array_contains(split({{ others }}, ' '), word)), ' ')
{%- endmacro %}
