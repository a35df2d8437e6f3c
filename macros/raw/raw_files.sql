{#
  The files below var `raw_path` as a map {'<tool>/<table>': path}; Parquet wins over CSV of the same name.
  An empty or missing folder is a compiler error.
#}
{% macro raw_files() -%}
    {%- set folder = var('raw_path', '') | string | trim -%}
    {%- if folder == '' -%}
        {{ exceptions.raise_compiler_error("raw: files needs the var raw_path, the folder that holds <tool>/<table>.parquet or .csv.") }}
    {%- endif -%}
    {%- set found = {} -%}
    {%- for kind in ('csv', 'parquet') -%}
        {%- for path in adapter.dispatch('list_files', 'customer360')(folder.rstrip('/'), kind) -%}
            {%- set parts = path.split('/') -%}
            {%- do found.update({parts[-2] ~ '/' ~ parts[-1].rsplit('.', 1)[0]: path}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if not found -%}
        {{ exceptions.raise_compiler_error("raw_path '" ~ folder ~ "' holds no <tool>/<table>.parquet or .csv: is it the right folder?") }}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{# The paths <folder>/*/*.<kind>, in no particular order. #}
{% macro duckdb__list_files(folder, kind) -%}
    {{ return(run_query("select file from glob('" ~ literal_path(folder) ~ "/*/*." ~ kind ~ "')").columns[0].values()) }}
{%- endmacro %}

{# Spark lists files by reading their paths, never their content. #}
{% macro default__list_files(folder, kind) -%}
    {%- if modules.re.search("[][{}*?'\\\\]", folder) -%}
        {{ exceptions.raise_compiler_error(
            "raw_path '" ~ folder ~ "': Spark takes brackets, stars, question marks and backslashes in a path for patterns, "
            ~ "and a quote ends it. Rename the folder."
        ) }}
    {%- endif -%}
    {%- do run_query(
        "create or replace temporary view raw_file_list using binaryFile options (path '" ~ folder
        ~ "', recursiveFileLookup 'true', pathGlobFilter '*." ~ kind ~ "')"
    ) -%}
    {{ return(run_query("select replace(path, 'file:', '') from raw_file_list").columns[0].values()) }}
{%- endmacro %}

{# A path in a SQL text that DuckDB takes for this one file: brackets, stars and question marks are no patterns in it. #}
{% macro literal_path(path) -%}
    {{ return(
        path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') | replace("'", "''")
    ) }}
{%- endmacro %}
