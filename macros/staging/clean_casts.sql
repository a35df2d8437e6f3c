{#
  A raw value as a whole number of up to 14 digits; null when it is not one. 12.0 is 12, 12.6 is none: the engines
  would round it apart. (From text, decimals of more than 18 digits are three hundred times as slow on DuckDB.)
#}
{% macro to_integer(column) -%}
    case
        when try_cast({{ column }} as decimal(18, 4)) % 1 = 0
            then cast(try_cast({{ column }} as decimal(18, 4)) as bigint)
    end
{%- endmacro %}

{# A raw value as a decimal with four places; null when it is not a number. #}
{% macro to_decimal(column) -%}
    try_cast({{ column }} as decimal(18, 4))
{%- endmacro %}

{#
  A raw flag as a boolean: true/false, t/f, yes/no, y/n, 1/0 and 1.0/0.0 in any case; null when it is none of these.
  A staging model checks every flag that decides something with reject_checks(): unparseable_flag.
#}
{% macro to_flag(column) -%}
    try_cast({{ clean_id(column) }} as boolean)
{%- endmacro %}

{# A flag that is missing is false: exports leave the column empty for most rows. #}
{% macro is_true(column) -%}
    coalesce({{ to_flag(column) }}, false)
{%- endmacro %}

{#
  An amount in the currency's smallest unit, as decimal major units: 1999 USD is 19.99, 500 JPY is 500.
  `minor_unit` is the column of the seed `currencies` that says how much one smallest unit is worth.
  Widened first: DuckDB multiplies two decimals of 18 digits into 18 digits, in which 14 digits of cents have no room.
#}
{% macro to_major_units(column, minor_unit='currencies.minor_unit') -%}
    cast(cast(try_cast({{ column }} as decimal(18, 4)) as decimal(19, 4)) * {{ minor_unit }} as decimal(18, 4))
{%- endmacro %}
