{# How many different words two texts share. Words are separated by one blank. #}
{% macro common_words(text_a, text_b) -%}
    {{ return(adapter.dispatch('common_words', 'customer360')(text_a, text_b)) }}
{%- endmacro %}

{% macro duckdb__common_words(text_a, text_b) -%}
    len(list_intersect(string_split({{ text_a }}, ' '), string_split({{ text_b }}, ' ')))
{%- endmacro %}

{% macro default__common_words(text_a, text_b) -%}
    size(array_intersect(split({{ text_a }}, ' '), split({{ text_b }}, ' ')))
{%- endmacro %}
