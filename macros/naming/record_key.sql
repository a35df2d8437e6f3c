{#
  The key of a source record across tools: '<system>.<table>:<id>', null when the id is null.
  It never changes, and tells which raw row stands behind a fact.
#}
{% macro record_key(source_system, source_table, id_column) -%}
    '{{ source_system }}.{{ source_table }}:' || cast({{ id_column }} as {{ dbt.type_string() }})
{%- endmacro %}
