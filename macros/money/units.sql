{# An amount in major units as a whole number of its currency's smallest units, and back. #}
{% macro in_smallest_units(amount, minor_unit) -%}
    cast(round(cast({{ amount }} as double) / cast({{ minor_unit }} as double), 0) as bigint)
{%- endmacro %}

{% macro in_major_units(units, minor_unit) -%}
    cast(cast({{ units }} as decimal(19, 0)) * {{ minor_unit }} as decimal(18, 4))
{%- endmacro %}
