{#
  Every match of a regular expression replaced. Patterns keep to what RE2 and Java share (no look-around), hold no
  quote, and need no doubled backslash; \1 in `replacement` is the first group.
#}
{% macro regex_replace(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('regex_replace', 'customer360')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__regex_replace(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{# Spark reads backslashes in a plain literal as escapes, so the pattern is a raw literal; its groups are $1. #}
{% macro default__regex_replace(text, pattern, replacement) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', '{{ replacement | replace("\\", "$") }}')
{%- endmacro %}
