{#
  After int_business_schedules: stops the build when a schedule's time zone is none that anybody knows, with its name. Its
  business hours would be null without a word, or UTC.
#}
{% macro check_time_zones() -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set unknown = run_query(
            'select distinct time_zone from ' ~ this
            ~ ' where not is_deleted and iana_name is null and standard_offset_minutes is null order by time_zone'
        ).columns[0].values() -%}
        {%- if unknown -%}
            {{ exceptions.raise_compiler_error(
                "raw input: zendesk.schedule, column time_zone: '" ~ unknown | join("', '") ~ "' is no time zone that is known:"
                ~ " neither a name of the IANA database, nor one in the seed time_zones, nor in zendesk.time_zone."
                ~ " Correct it in the help desk, or add it to seeds/rules/time_zones.csv with its IANA name."
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
