{#
  A double as an amount of money, rounded half away from zero to the currency's smallest unit. `minor_unit` is the
  smallest_unit of the seed `currencies`. The step over eight decimals takes off what a double adds to 166.675, so that the engines agree.
#}
{% macro to_smallest_unit(value, minor_unit) -%}
    cast(round(cast(({{ value }}) / {{ minor_unit }} as decimal(28, 8)), 0) * {{ minor_unit }} as decimal(18, 4))
{%- endmacro %}
