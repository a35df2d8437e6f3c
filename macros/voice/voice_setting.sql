{# One value of the seed voice_settings in a query that groups over it, for example as a CTE of one row. #}
{% macro voice_setting(setting, type) -%}
    cast(max(case when setting = '{{ setting }}' then value end) as {{ type }}) as {{ setting }}
{%- endmacro %}
