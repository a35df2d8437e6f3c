{# The different words of a group in alphabetical order, with one blank between them; null when there is none. #}
{% macro sorted_words(word) -%}
    {{ return(adapter.dispatch('sorted_words', 'customer360')(word)) }}
{%- endmacro %}

{% macro duckdb__sorted_words(word) -%}
    nullif(array_to_string(list_sort(list_distinct(list({{ word }}))), ' '), '')
{%- endmacro %}

{% macro default__sorted_words(word) -%}
    nullif(array_join(array_sort(array_distinct(collect_list({{ word }}))), ' '), '')
{%- endmacro %}
