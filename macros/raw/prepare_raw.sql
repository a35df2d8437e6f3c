{#
  Runs once before a build. Checks the vars and the raw inputs, then lays one view over every raw table that is not a
  demo seed, with all columns of the contract: an optional column or table that is absent is null or empty, a required one
  that is missing stops the build with an error that names tool, table and column. The contract is the sources YAML.
#}
{% macro prepare_raw() -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set way = var('raw', 'demo') -%}
        {%- if way not in ('demo', 'files', 'warehouse') -%}
            {{ exceptions.raise_compiler_error("raw: '" ~ way ~ "' is unknown: give demo, files or warehouse.") }}
        {%- endif -%}
        {%- set contract = graph.sources.values() | selectattr('package_name', 'equalto', 'customer360') | list -%}
        {%- set known = contract | map(attribute='source_name') | unique | list -%}
        {%- for tool in var('tools', []) if tool not in known -%}
            {{ exceptions.raise_compiler_error("tools: '" ~ tool ~ "' is unknown: the tools are " ~ known | sort | join(', ') ~ ".") }}
        {%- endfor -%}
        {%- do as_of_day() -%}
        {%- set files = raw_files() if way == 'files' else {} -%}
        {%- set found = [] -%}
        {%- for table in contract if way != 'demo' or table.source_name not in var('tools', []) -%}
            {%- set given = none -%}
            {%- if table.source_name in var('tools', []) -%}
                {%- if way == 'files' -%}
                    {%- set given = files.get(table.source_name ~ '/' ~ table.name) -%}
                {%- else -%}
                    {%- set given = adapter.get_relation(table.database, table.schema, table.identifier) -%}
                {%- endif -%}
                {%- if given is none and table.config.meta.get('required') -%}
                    {{ exceptions.raise_compiler_error(
                        "raw input: " ~ table.source_name ~ "." ~ table.name ~ " is missing and required ("
                        ~ (var('raw_path', '') ~ '/' ~ table.source_name ~ '/' ~ table.name ~ '.parquet or .csv' if way == 'files'
                           else table.relation_name)
                        ~ "). Export it, or take '" ~ table.source_name ~ "' out of the var tools."
                    ) }}
                {%- endif -%}
            {%- endif -%}
            {%- do found.append((table, given)) -%}
        {%- endfor -%}
        {%- if found -%}
            {#- this also ends the transaction that looking for relations began, and that dbt would roll back with the views -#}
            {%- do adapter.create_schema(raw_view('any', 'any').without_identifier()) -%}
        {%- endif -%}
        {%- for table, given in found -%}
            {%- do lay_raw_view(table, given, way) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# Creates the view of one raw table over `given` (a file path, a relation, or none), after checking its columns. #}
{% macro lay_raw_view(table, given, way) -%}
    {%- set view = raw_view(table.source_name, table.name) -%}
    {%- if given is none -%}
        {%- set present, from_clause = {}, '' -%}
    {%- else -%}
        {%- set problem = csv_problem(given) if way == 'files' and given.endswith('.csv') else none -%}
        {%- if problem -%}
            {{ exceptions.raise_compiler_error(
                "raw input: " ~ table.source_name ~ "." ~ table.name ~ " (" ~ given ~ "): " ~ problem
            ) }}
        {%- endif -%}
        {%- set relation = read_raw_file(table, given) if way == 'files' else given -%}
        {%- set from_clause = 'from ' ~ relation -%}
        {%- set columns = query_columns('select * from ' ~ relation) -%}
        {%- set present = columns_by_name(columns) -%}
        {%- for name, column in table.columns.items() -%}
            {%- if column.config.meta.get('required') and not present.get(name, present.get(column_key(name))) -%}
                {{ exceptions.raise_compiler_error(
                    "raw input: " ~ table.source_name ~ "." ~ table.name ~ " has no column '" ~ name
                    ~ "', which is required (" ~ given ~ "). Add it to the export; its columns are: "
                    ~ columns.keys() | sort | join(', ') ~ "."
                ) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set select_list = [] -%}
    {%- for name, column in table.columns.items() -%}
        {%- set given_column = present.get(name, present.get(column_key(name))) -%}
        {%- if name == '_fivetran_synced' and '_fivetran_start' in present -%}
            {%- do select_list.append(version_time(present) ~ ' as ' ~ adapter.quote(name)) -%}
        {%- elif given_column -%}
            {%- do select_list.append(
                raw_value(given_column[0], given_column[1], column.data_type) ~ ' as ' ~ adapter.quote(name)
            ) -%}
        {%- else -%}
            {%- do select_list.append('cast(null as ' ~ dbt.type_string() ~ ') as ' ~ adapter.quote(name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do run_query(
        'create or replace view ' ~ view ~ ' as select ' ~ select_list | join(', ') ~ ' '
        ~ (from_clause or 'where 1 = 0')
    ) -%}
{%- endmacro %}

{#
  A column's name as names are compared: without capitals, blanks, hyphens and underscores, so that AccountId and
  'account id' are account_id.
#}
{% macro column_key(name) -%}
    {{ return(name | lower | replace(' ', '') | replace('-', '') | replace('_', '')) }}
{%- endmacro %}

{# The columns of a raw table as (name, type), by their names and by their column_key(); a name that is exact wins. #}
{% macro columns_by_name(columns) -%}
    {%- set found = {} -%}
    {%- for column, type in columns.items() -%}
        {%- do found.update({column_key(column): (column, type)}) -%}
    {%- endfor -%}
    {%- for column, type in columns.items() -%}
        {%- do found.update({column | trim | lower: (column, type)}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#
  When a row of a table in history mode became known. The loader keeps one row a version there: _fivetran_start says when
  the version began; its _fivetran_synced is overwritten whenever it synchronises anew.
#}
{% macro version_time(present) -%}
    {%- set times = [] -%}
    {%- for name in ['_fivetran_start', '_fivetran_synced'] if name in present -%}
        {%- do times.append(to_utc(raw_value(present[name][0], present[name][1], 'timestamp'))) -%}
    {%- endfor -%}
    {{ return('coalesce(' ~ times | join(', ') ~ ')' if times | length > 1 else times[0]) }}
{%- endmacro %}
