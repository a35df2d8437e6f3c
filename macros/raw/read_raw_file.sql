{#
  What to write after `from` to read one raw file. CSV is RFC 4180 with a header, UTF-8, lines ending in LF or CRLF,
  every value as text (staging gives the types); Parquet keeps its types.
#}
{% macro read_raw_file(table, path) -%}
    {{ return(adapter.dispatch('read_raw_file', 'customer360')(table, path)) }}
{%- endmacro %}

{# Left to guess, DuckDB takes a leading # for a comment and drops the row: comments are switched off. #}
{% macro duckdb__read_raw_file(table, path) -%}
    {%- if path.endswith('.csv') -%}
        {{ return("read_csv('" ~ literal_path(path) ~ "', header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', "
            ~ "comment = '', skip = 0, null_padding = false, max_line_size = 16777216)") }}
    {%- else -%}
        {{ return("read_parquet('" ~ literal_path(path) ~ "')") }}
    {%- endif -%}
{%- endmacro %}

{# Spark reads a file through a table of its own, because a view over a bare path cannot carry CSV options. #}
{% macro default__read_raw_file(table, path) -%}
    {%- set file_table = var('schema_prefix', '') ~ 'raw.' ~ table.source_name ~ '__' ~ table.name ~ '__file' -%}
    {%- do run_query('drop table if exists ' ~ file_table) -%}
    {%- if path.endswith('.csv') -%}
        {%- do run_query(
            "create table " ~ file_table ~ " using csv options (path '" ~ path
            ~ "', header 'true', inferSchema 'false', multiLine 'true', escape '\"', encoding 'UTF-8')"
        ) -%}
    {%- else -%}
        {%- do run_query("create table " ~ file_table ~ " using parquet options (path '" ~ path ~ "')") -%}
    {%- endif -%}
    {{ return(file_table) }}
{%- endmacro %}
