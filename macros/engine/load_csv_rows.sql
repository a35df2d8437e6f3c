{#
  Seeds on Spark. dbt-spark writes every value of a seed into insert statements, minutes for the demo's exports; a Spark
  session in this process can read the file itself. A cluster cannot see the file and takes the statements.
  An empty value is null, as in the other engine's reader.
#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {#- dbt does not tell a macro the connection method: a session is the one that has no host -#}
    {%- if target.host != 'NA' -%}
        {{ return(dbt.spark__load_csv_rows(model, agate_table)) }}
    {%- endif -%}
    {%- set types = model.config.get('column_types', {}) -%}
    {%- set file_view = 'seed_file_' ~ model.name -%}
    {%- do run_query(
        "create or replace temporary view " ~ file_view ~ " using csv options (path '" ~ model.root_path ~ "/"
        ~ model.original_file_path ~ "', header 'true', inferSchema 'false', multiLine 'true', escape '\"', "
        ~ "encoding 'UTF-8')"
    ) -%}
    {%- set values = [] -%}
    {%- for column in agate_table.column_names -%}
        {%- set type = types.get(column, adapter.convert_type(agate_table, loop.index0)) -%}
        {%- do values.append("cast(nullif(" ~ adapter.quote(column) ~ ", '') as " ~ type ~ ")") -%}
    {%- endfor -%}
    {%- set sql = 'insert into ' ~ this.render() ~ ' select ' ~ values | join(', ') ~ ' from ' ~ file_view -%}
    {%- do run_query(sql) -%}
    {%- do run_query('drop view ' ~ file_view) -%}
    {{ return(sql) }}
{%- endmacro %}
