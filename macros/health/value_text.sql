{#
  A number as people read it, by its unit in health_measure_catalog: percent ('42 %', from 0.42), yes_no, money, points
  (one decimal), and days, count and minutes as whole numbers. Null stays null.
#}
{% macro value_text(value, unit) -%}
    case {{ unit }}
        when 'percent' then {{ dbt.concat(["cast(cast(round(100 * " ~ value ~ ") as bigint) as " ~ dbt.type_string() ~ ")", "' %'"]) }}
        when 'yes_no' then case when {{ value }} > 0 then 'yes' when {{ value }} <= 0 then 'no' end
        when 'points' then cast(cast(round({{ value }}, 1) as decimal(18, 1)) as {{ dbt.type_string() }})
        else cast(cast(round({{ value }}) as bigint) as {{ dbt.type_string() }})
    end
{%- endmacro %}
