{#
  What the support marts count by month. Measures that need something which a help desk may not deliver name it: without
  it they are null and not zero.
#}
{% macro support_measures() -%}
    {{ return({
        'created_tickets': none,
        'merged_tickets': 'history',
        'dropped_tickets': 'history',
        'solved_tickets': 'history',
        'reopened_tickets': 'history',
        'backlog_tickets': 'history',
        'reply_count': 'comments',
        'first_replied_tickets': 'comments',
        'first_reply_minutes': 'comments',
        'first_replied_business_tickets': 'comments',
        'first_reply_business_minutes': 'comments',
        'first_resolved_tickets': 'history',
        'first_resolution_minutes': 'history',
        'first_resolved_business_tickets': 'history',
        'first_resolution_business_minutes': 'history',
        'full_resolved_tickets': 'history',
        'full_resolution_minutes': 'history',
        'full_resolved_business_tickets': 'history',
        'full_resolution_business_minutes': 'history',
        'one_touch_base_tickets': 'comments',
        'one_touch_tickets': 'comments',
        'fcr_base_tickets': 'history',
        'fcr_tickets': 'history',
        'fcr_provisional_tickets': 'history',
        'rated_count': 'ratings',
        'great_count': 'ratings',
        'okay_count': 'ratings',
        'bad_count': 'ratings',
    }) }}
{%- endmacro %}

{# Their rates: selects behind the measures, from columns of the same names. #}
{% macro support_rates(of='') -%}
    cast({{ of }}one_touch_tickets / nullif(cast({{ of }}one_touch_base_tickets as double), 0) as decimal(18, 4))
        as one_touch_rate,
    cast({{ of }}fcr_tickets / nullif(cast({{ of }}fcr_base_tickets as double), 0) as decimal(18, 4)) as fcr_rate,
    cast({{ of }}great_count / nullif(cast({{ of }}rated_count as double), 0) as decimal(18, 4)) as ticket_csat,
    cast(
        100 * ({{ of }}great_count - {{ of }}bad_count) / nullif(cast({{ of }}rated_count as double), 0) as decimal(18, 4)
    ) as happiness_score
{%- endmacro %}
