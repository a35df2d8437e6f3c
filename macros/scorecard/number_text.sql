{# A number as people read it, with 0, 1 or 2 decimals; `decimals` is SQL. #}
{% macro number_text(number, decimals) -%}
    case {{ decimals }}
        when 0 then cast(cast(round({{ number }}, 0) as bigint) as {{ dbt.type_string() }})
        when 1 then cast(cast(round({{ number }}, 1) as decimal(18, 1)) as {{ dbt.type_string() }})
        else cast(cast(round({{ number }}, 2) as decimal(18, 2)) as {{ dbt.type_string() }})
    end
{%- endmacro %}
