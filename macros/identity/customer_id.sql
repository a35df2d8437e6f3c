{# The id that a customer gets from one of its records: the same on every engine and in every build. #}
{% macro customer_id(record_key) -%}
    'cus_' || substr(md5({{ record_key }}), 1, 16)
{%- endmacro %}
