{# The month of a day as a whole number: a month later is one more, over the end of a year too. #}
{% macro month_number(column) -%}
    (12 * extract(year from {{ column }}) + extract(month from {{ column }}))
{%- endmacro %}
