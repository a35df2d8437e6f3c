{# The texts of a group joined in a given order; nulls are left out, a group without any text gives null. #}
{% macro join_text(text, separator, order_by) -%}
    {{ return(adapter.dispatch('join_text', 'customer360')(text, separator, order_by)) }}
{%- endmacro %}

{% macro duckdb__join_text(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro default__join_text(text, separator, order_by) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}
