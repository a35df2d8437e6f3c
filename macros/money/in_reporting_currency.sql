{#
  An amount in var `reporting_currency`, rounded to its cent (two places). `rate` is that of int_exchange_rates for
  the amount's currency and day; null without a rate, unless the amount is in the reporting currency already.
#}
{% macro in_reporting_currency(amount, currency, rate) -%}
    cast(round(
        ({{ amount }}) * case
            when {{ currency }} = '{{ var('reporting_currency', 'EUR') | lower }}' then cast(1 as decimal(18, 10))
            else {{ rate }}
        end,
        2
    ) as decimal(18, 4))
{%- endmacro %}
