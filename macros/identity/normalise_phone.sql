{#
  The significant digits of a phone number within its country: punctuation, extension, country code (after + or 00, or
  the 1 of an 11-digit North American number) and trunk zeros gone: '+49 (0)30 1234-000 ext. 5' is '301234000'. Null for
  fewer than 7 or more than 15 digits, for one digit repeated to the end and for the 555 of films; what else people type
  to fill the field is for without_placeholders().
#}
{% macro normalise_phone(column) -%}
    {%- set repeated = [] -%}
    {%- for digit in range(10) -%}
        {%- do repeated.append(digit ~ '{7}') -%}
    {%- endfor -%}
    {%- set extensions = ',|;|#|x|ext|extension|durchwahl|poste|int' -%}
    {%- set text = "lower(trim(" ~ column ~ "))" -%}
    {%- set text = regex_replace(text, '([0-9)]) *(' ~ extensions ~ ')[^0-9]*[0-9]*[^0-9]*$', '\\1') -%}
    {%- set text = regex_replace("replace(" ~ text ~ ", '(0)', '')", '[^0-9+]', '') -%}
    {%- set codes = '1|7|20|27|3[0-4]|36|39|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-5]|98|[2-9][0-9][0-9]' -%}
    {%- set text = regex_replace(text, '^([+]+|00)0*(' ~ codes ~ ')', '') -%}
    {%- set text = regex_replace(text, '^1([2-9][0-9]{9})$', '\\1') -%}
    {%- set text = regex_replace(text, '^0+|[^0-9]', '') -%}
    nullif({{ regex_replace(text, '^([0-9]{0,6}|[0-9]{16,}|555[0-9]{4}|555[0-9]{7}|[0-9]*(' ~ repeated | join('|') ~ '))$', '') }}, '')
{%- endmacro %}
