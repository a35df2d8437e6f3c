{#
  The key of one of the two records (side a or b) that a row of the seed identity_overrides names; CRM ids may have 18
  characters.
#}
{% macro override_record(side) -%}
    trim(source_system_{{ side }}) || '.' || trim(source_table_{{ side }}) || ':'
    || case
        when trim(source_system_{{ side }}) = 'salesforce' then {{ salesforce_id('source_id_' ~ side) }}
        else trim(source_id_{{ side }})
    end
{%- endmacro %}
