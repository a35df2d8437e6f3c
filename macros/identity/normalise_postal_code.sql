{#
  A postal code as letters and digits in lower case: 'SW1A 1AA' is 'sw1a1aa', 'D-10115' is '10115', '60302-1234' and
  '60302.0' (a spreadsheet's work) are '60302'.
#}
{% macro normalise_postal_code(column) -%}
    {%- set text = "replace(lower(trim(" ~ column ~ ")), ' ', '')" -%}
    {%- set text = regex_replace(text, '^[a-z]{1,3}-([0-9]+)', '\\1') -%}
    {%- set text = regex_replace(text, '^([0-9]{5})-[0-9]{4}$', '\\1') -%}
    {%- set text = regex_replace(text, '[.]0$', '') -%}
    nullif({{ regex_replace(text, '[^\\p{L}\\p{N}]', '') }}, '')
{%- endmacro %}
