{#
  The project's only clock: the last day that the marts may know of, as a text yyyy-mm-dd.
  Var `as_of_date`; empty means the demo's last day, or else the day of the run.
  Raises a compiler error for a text that is no day of the calendar, and for a day after today.
#}
{% macro as_of_day() -%}
    {%- set given = var('as_of_date', '') | string | trim -%}
    {%- set today = run_started_at.strftime('%Y-%m-%d') -%}
    {%- if given == '' or given == 'None' -%}
        {%- set day = var('demo_last_day', '2026-10-31') if var('raw', 'demo') == 'demo' else today -%}
    {%- else -%}
        {%- set day = given -%}
    {%- endif -%}
    {%- if not modules.re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', day) -%}
        {{ exceptions.raise_compiler_error("as_of_date '" ~ day ~ "' is not a day: give it as yyyy-mm-dd, for example --vars 'as_of_date: 2026-10-31'.") }}
    {%- endif -%}
    {%- set year, month, dom = day[0:4] | int, day[5:7] | int, day[8:10] | int -%}
    {%- if year < 1970 -%}
        {{ exceptions.raise_compiler_error("as_of_date '" ~ day ~ "' lies before 1970: give a day on which the company existed.") }}
    {%- endif -%}
    {%- set next_month = modules.datetime.date(year + month // 12, month % 12 + 1, 1) -%}
    {%- if dom > (next_month - modules.datetime.timedelta(days=1)).day -%}
        {{ exceptions.raise_compiler_error("as_of_date '" ~ day ~ "' is not in the calendar: that month has fewer days.") }}
    {%- endif -%}
    {%- if day > today and day > var('demo_last_day', '2026-10-31') -%}
        {{ exceptions.raise_compiler_error("as_of_date '" ~ day ~ "' is in the future: give today (" ~ today ~ ") or an earlier day.") }}
    {%- endif -%}
    {{- return(day) -}}
{%- endmacro %}

{# as_of_day() as a SQL date. #}
{% macro as_of_date() -%}
    cast('{{ as_of_day() }}' as date)
{%- endmacro %}
