{#
  The relation that a staging model reads, whichever way the raw rows come in (var `raw`):
    demo       the seed seeds/demo/<tool>/<tool>__<table>.csv
    files      the view that prepare_raw() lays over <raw_path>/<tool>/<table>.parquet or .csv
    warehouse  the view that prepare_raw() lays over source(tool, table)
  A tool that is switched off is an empty view. In every case all columns of the contract
  (models/staging/<tool>/_<tool>__sources.yml) are there, as text or in their own type.
#}
{% macro raw(tool, table) -%}
    {%- if var('raw', 'demo') == 'demo' and tool in var('tools', []) -%}
        {{ return(ref(tool ~ '__' ~ table)) }}
    {%- endif -%}
    {%- if var('raw', 'demo') == 'warehouse' -%}
        {%- do source(tool, table) -%}
    {%- endif -%}
    {{ return(raw_view(tool, table)) }}
{%- endmacro %}

{# The view through which a raw table is read outside the demo: raw.<tool>__<table>. #}
{% macro raw_view(tool, table) -%}
    {{ return(api.Relation.create(
        database=target.get('database'), schema=var('schema_prefix', '') ~ 'raw', identifier=tool ~ '__' ~ table, type='view'
    )) }}
{%- endmacro %}
