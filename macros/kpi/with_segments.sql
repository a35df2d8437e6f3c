{#
  The rows of a CTE with customer_id and month_end, and the segments of the customer in that month (int_kpi__segments);
  'unknown' where it is in none.
#}
{% macro with_segments(facts) -%}
    select
        facts.*,
        {%- for type in ['plan', 'size', 'region', 'owner', 'lifecycle_stage'] %}
        coalesce(segments.{{ type }}, customers.{{ type }}, 'unknown') as {{ type }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ facts }} as facts
    left join {{ ref('int_kpi__segments') }} as segments
        on facts.customer_id = segments.customer_id and facts.month_end = segments.month_end
    left join {{ ref('int_kpi__customers') }} as customers
        on facts.customer_id = customers.customer_id
{%- endmacro %}
