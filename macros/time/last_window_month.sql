{#
  The first day of the last month whose end sees a day: the month closes, or as_of_date comes, before the window of some
  days that opens with that day is over. It may lie before the day's own month, whose end is then too late to see it.
  `window_over_date`: the first day after that window.
#}
{% macro last_window_month(window_over_date) -%}
    cast(case
        when {{ window_over_date }} > {{ as_of_date() }} then {{ dbt.date_trunc('month', as_of_date()) }}
        else {{ before(dbt.date_trunc('month', window_over_date), 1, 0) }}
    end as date)
{%- endmacro %}
