{#
  The rows of a conformed model with the customer and the person that they belong to: through the company record
  (account_key) that the tool names, else through the person (person_key). Null where neither leads to a customer.
  `account_key` and `person_key` name the model's columns; none where it has no such column.
#}
{% macro with_customer(model, account_key='account_key', person_key='person_key') -%}
    select
        facts.*,
        {% if account_key and person_key -%}
        coalesce(records.customer_id, people.customer_id) as customer_id,
        {%- elif account_key -%}
        records.customer_id,
        {%- else -%}
        people.customer_id,
        {%- endif %}
        {% if person_key %}people.person_id{% else %}cast(null as {{ dbt.type_string() }}) as person_id{% endif %}
    from {{ ref(model) }} as facts
    {% if account_key -%}
    left join {{ ref('int_identity__customers') }} as records
        on facts.{{ account_key }} = records.record_key
    {%- endif %}
    {% if person_key -%}
    left join {{ ref('int_identity__people') }} as people
        on facts.{{ person_key }} = people.person_key
    {%- endif %}
{%- endmacro %}
