{#
  An amount in var `reporting_currency`, rounded to its cent (two places). `rate` is that of int_exchange_rates for
  the amount's currency and day; null without a rate, unless the amount is in the reporting currency already, or zero.
  The amount is widened first: DuckDB multiplies two decimals of 18 digits into 18 digits, which ends at 9,999.
#}
{% macro in_reporting_currency(amount, currency, rate) -%}
    cast(round(
        cast({{ amount }} as decimal(19, 4)) * case
            when {{ currency }} = '{{ var('reporting_currency', 'EUR') | lower }}' then cast(1 as decimal(18, 10))
            when {{ amount }} = 0 then cast(0 as decimal(18, 10))
            else {{ rate }}
        end,
        2
    ) as decimal(18, 4))
{%- endmacro %}
