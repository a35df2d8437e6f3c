{#
  Schemas carry plain names (`marts`, not `main_marts`), so that BI tools and people find them;
  var `schema_prefix` sets them apart where several builds share one database.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ var('schema_prefix', '') }}{{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
