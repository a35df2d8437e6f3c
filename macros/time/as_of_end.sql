{#
  The first instant after as_of_date, in UTC, as a SQL timestamp: what happened before it is known, what
  happened at or after it is not. The day ends in var `reporting_time_zone`.
#}
{% macro as_of_end() -%}
    {%- set zone = modules.pytz.timezone(var('reporting_time_zone', 'UTC')) -%}
    {%- set midnight = modules.datetime.datetime.strptime(as_of_day(), '%Y-%m-%d') + modules.datetime.timedelta(days=1) -%}
    cast('{{ zone.localize(midnight).astimezone(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S') }}' as timestamp)
{%- endmacro %}
