{#
  What is wrong with a CSV file as a whole, and what to do about it; none when a build may read it: it is not UTF-8, or its
  header names a column twice or not at all. (`python -m customer360 check-raw` looks closer and names every problem at once.)
#}
{% macro csv_problem(path) -%}
    {{ return(adapter.dispatch('csv_problem', 'customer360')(path)) }}
{%- endmacro %}

{# Files above 256 MB are not read for their encoding beforehand: their first bad row stops the build with its line. #}
{% macro duckdb__csv_problem(path) -%}
    {%- set file = "read_blob('" ~ literal_path(path) ~ "')" -%}
    {%- set size = run_query('select size from ' ~ file).columns[0].values()[0] -%}
    {%- if size == 0 -%}
        {{ return("the file is empty. Export it with its header line, even when it has no rows.") }}
    {%- endif -%}
    {%- if size <= 268435456 and run_query('select try(decode(content)) is null from ' ~ file).columns[0].values()[0] -%}
        {{ return("the file is not UTF-8. Export it again as UTF-8; a spreadsheet calls that 'CSV UTF-8'.") }}
    {%- endif -%}
    {%- set header = run_query(
        "select * from " ~ duckdb__read_raw_file(none, path) | replace('header = true', 'header = false') ~ " limit 1"
    ) -%}
    {%- set seen = [] -%}
    {%- for column in header.columns -%}
        {%- set name = (column.values()[0] or '') | string | trim | lower -%}
        {%- if name == '' -%}
            {{ return("the header has no name for column " ~ loop.index ~ ". Name every column in the file's first line.") }}
        {%- elif name in seen -%}
            {{ return("the header names column '" ~ name ~ "' twice. Rename or drop one of the two.") }}
        {%- endif -%}
        {%- do seen.append(name) -%}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}

{# Spark says nothing about either: `python -m customer360 build` checks the folder before it starts. #}
{% macro default__csv_problem(path) -%}
    {{ return(none) }}
{%- endmacro %}
