{# A flag that says no. One that is missing does not: a loader that leaves `livemode` out delivers live rows. #}
{% macro is_false(column) -%}
    not coalesce({{ to_flag(column) }}, true)
{%- endmacro %}
