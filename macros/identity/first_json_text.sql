{#
  The first value, of one key or of a list of keys in this order, that a JSON object holds, as text without blanks at its
  ends; null when there is none.
#}
{% macro first_json_text(column, keys) -%}
    {%- set values = [] -%}
    {%- for key in ([keys] if keys is string else keys) -%}
        {%- do values.append(clean_text(json_text(column, key))) -%}
    {%- endfor -%}
    coalesce({{ values | join(', ') }}, null)
{%- endmacro %}
