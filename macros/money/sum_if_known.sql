{#
  The sum of an amount over a group, null where one of its rows has none: an amount without an exchange rate is not
  left out of a sum in silence.
#}
{% macro sum_if_known(column) -%}
    case when count(*) = count({{ column }}) then sum({{ column }}) end
{%- endmacro %}
