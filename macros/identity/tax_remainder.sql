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

{#
  Some steps of the check of ISO 7064 MOD 11,10: what is left after the digits at the places from `first` to `last`, given
  what was left before them (5 at the start). Each step is (twice what is left, 0 as 10) mod 11; 1 is right in the end.
#}
{% macro iso_7064_steps(left, number, first, last) -%}
    {%- set step = namespace(value=left) -%}
    {%- for place in range(first, last + 1) -%}
        {%- set step.value = "(try_cast(substr('9246801357', cast(1 + " ~ step.value ~ " as int), 1) as int)"
            ~ " + try_cast(substr(" ~ number ~ ", " ~ place ~ ", 1) as int)) % 10" -%}
    {%- endfor -%}
    {{ step.value }}
{%- endmacro %}
