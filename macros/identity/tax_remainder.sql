{#
  What is left of a tax number's weighted sum, by a row of the seed identity_tax_forms: addend + the digits, each times
  its weight (letters are 0; with is_cross_sum a product of two digits counts as their sum), modulo the modulus.
  `number` and `form` are names: of a column at least as long as the weights, and of the relation with the row's columns.
#}
{% macro tax_remainder(number, form) -%}
    {%- set terms = [] -%}
    {%- for place in range(1, 15) -%}
        {%- set product = "coalesce(try_cast(split_part(" ~ form ~ ".weights, ' ', " ~ place ~ ") as bigint), 0)"
            ~ " * coalesce(try_cast(substr(" ~ number ~ ", " ~ place ~ ", 1) as bigint), 0)" -%}
        {%- do terms.append(product ~ " - case when " ~ form ~ ".is_cross_sum and " ~ product ~ " > 9 then 9 else 0 end") -%}
    {%- endfor -%}
    (
        {{ form }}.addend
        + {{ terms | join('\n        + ') }}
    ) % {{ form }}.modulus
{%- endmacro %}

{# The check of ISO 7064 MOD 11,10 over 9 or 11 digits; 1 is right. Each step is (twice what is left, 0 as 10) mod 11. #}
{% macro iso_7064_mod_11_10(number) -%}
    {%- set step = namespace(value='5') -%}
    {%- set after = {} -%}
    {%- for place in range(1, 12) -%}
        {%- set step.value = "(try_cast(substr('9246801357', 1 + " ~ step.value ~ ", 1) as int)"
            ~ " + try_cast(substr(" ~ number ~ ", " ~ place ~ ", 1) as int)) % 10" -%}
        {%- do after.update({place: step.value}) -%}
    {%- endfor -%}
    case length({{ number }}) when 9 then {{ after[9] }} when 11 then {{ after[11] }} end
{%- endmacro %}
