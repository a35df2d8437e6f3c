{#
  A Salesforce id in its 15-character form, which is case-sensitive and the same for the 15- and the 18-character
  writing of one record (the last three characters only repeat which letters are upper case).
#}
{% macro salesforce_id(column) -%}
    nullif(substr(trim(cast({{ column }} as {{ dbt.type_string() }})), 1, 15), '')
{%- endmacro %}
