{# The id that a person gets from one of its records: the same on every engine and in every build. #}
{% macro person_id(person_key) -%}
    'per_' || substr(md5({{ person_key }}), 1, 16)
{%- endmacro %}
