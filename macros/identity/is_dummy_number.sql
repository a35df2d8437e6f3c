{#
  Whether digits are such as people type to fill a field: one, two or three digits repeated ('0000000', '121212',
  '123123123') or a run of the keyboard ('1234567890', '87654321'). `digits` is a column: it is written several times.
#}
{% macro is_dummy_number(digits) -%}
    (
        replace({{ digits }}, substr({{ digits }}, 1, 1), '') = ''
        or (length({{ digits }}) >= 6 and replace({{ digits }}, substr({{ digits }}, 1, 2), '') = '')
        or (length({{ digits }}) >= 9 and replace({{ digits }}, substr({{ digits }}, 1, 3), '') = '')
        or replace('01234567890123456789', {{ digits }}, '') <> '01234567890123456789'
        or replace('98765432109876543210', {{ digits }}, '') <> '98765432109876543210'
    )
{%- endmacro %}
