{#
  How many whole months lie between two dates, as billing counts them: a month that is too short for the day ends on its
  last day, so 31 January to 28 February is one month.
#}
{% macro whole_months(first_date, last_date) -%}
    (
        (extract(year from {{ last_date }}) - extract(year from {{ first_date }})) * 12
        + extract(month from {{ last_date }}) - extract(month from {{ first_date }})
        - case
            when
                extract(day from {{ last_date }}) < extract(day from {{ first_date }})
                and {{ last_date }} < {{ dbt.last_day(last_date, 'month') }}
                then 1
            else 0
        end
    )
{%- endmacro %}
