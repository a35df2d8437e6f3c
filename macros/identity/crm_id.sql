{#
  An id of a CRM record in one writing, for comparing ids wherever they come from: Salesforce writes its own with 15 and
  with 18 signs (the last three only repeat which letters are upper case); every other id is as it is.
#}
{% macro crm_id(column) -%}
    {{ regex_replace(column, '^([0-9A-Za-z]{15})[A-Z0-5]{3}$', '\\1') }}
{%- endmacro %}
