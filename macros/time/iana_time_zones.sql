{# A relation with every name of the IANA time zone database, as Python's pytz has it, that dbt brings along: `iana_name`. #}
{% macro iana_time_zones() -%}
    (
        select iana_name
        from (values {% for name in modules.pytz.all_timezones %}('{{ name }}'){{ ', ' if not loop.last }}{% endfor %})
            as zone_names (iana_name)
    )
{%- endmacro %}
