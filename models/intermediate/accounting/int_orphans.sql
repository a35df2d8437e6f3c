-- Raw rows that refer to a parent which was never delivered. They are left out of the conformed models and listed in
-- rejected_rows. Where the parent table itself is absent, nothing can be said and nothing is an orphan. What belongs to
-- a parent of the tool's test mode is of that mode too.
-- Children of orphans (lines of an invoice without customer) are orphans too: the second list looks at the first.
-- What stands for itself is no orphan: a ticket or an answer happened, whoever was deleted in the tool since, and a
-- person of an organisation that is gone is still there.
{% set first_level = [
    ('salesforce', 'contact', 'account_id', 'account', 'account_id'),
    ('salesforce', 'opportunity', 'account_id', 'account', 'account_id'),
    ('salesforce', 'task', 'account_id', 'account', 'account_id'),
    ('salesforce', 'event', 'account_id', 'account', 'account_id'),
    ('stripe', 'subscription', 'stripe_customer_id', 'customer', 'stripe_customer_id'),
    ('stripe', 'subscription_history', 'stripe_customer_id', 'customer', 'stripe_customer_id'),
    ('stripe', 'invoice', 'stripe_customer_id', 'customer', 'stripe_customer_id'),
    ('stripe', 'charge', 'stripe_customer_id', 'customer', 'stripe_customer_id'),
    ('zendesk', 'domain_name', 'organization_id', 'organization', 'organization_id'),
    ('zendesk', 'schedule_holiday', 'schedule_id', 'schedule', 'schedule_id'),
    ('pendo', 'visitor_history', 'account_id', 'account_history', 'account_id'),
    ('pendo', 'event', 'visitor_id', 'visitor_history', 'visitor_id'),
    ('pendo', 'feature_event', 'visitor_id', 'visitor_history', 'visitor_id'),
    ('pendo', 'guide_event', 'visitor_id', 'visitor_history', 'visitor_id'),
    ('training', 'registration', 'session_id', 'session', 'session_id'),
    ('status', 'incident', 'component_id', 'component', 'component_id'),
] %}
{% set second_level = [
    ('stripe', 'invoice_line_item', 'invoice_id', 'invoice', 'invoice_id'),
    ('stripe', 'credit_note', 'invoice_id', 'invoice', 'invoice_id'),
    ('stripe', 'refund', 'charge_id', 'charge', 'charge_id'),
    ('zendesk', 'ticket_comment', 'ticket_id', 'ticket', 'ticket_id'),
    ('zendesk', 'ticket_field_history', 'ticket_id', 'ticket', 'ticket_id'),
    ('zendesk', 'satisfaction_rating', 'ticket_id', 'ticket', 'ticket_id'),
    ('zendesk', 'ticket_schedule', 'ticket_id', 'ticket', 'ticket_id'),
    ('status', 'incident_customer', 'incident_id', 'incident', 'incident_id'),
] %}

{% set parents = [] %}
{% for tool, child, column, parent, parent_key in first_level + second_level %}
{%- do parents.append((tool, parent, parent_key)) if (tool, parent, parent_key) not in parents -%}
{% endfor %}

with parents as (
    {% for tool, parent, parent_key in parents -%}
    select
        '{{ tool }}' as source_system,
        '{{ parent }}' as source_table,
        {{ parent_key }} as parent_id,
        raw_key,
        row_status
    from {{ ref('stg_' ~ tool ~ '__' ~ parent) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

first_parents as (
    select
        source_system,
        source_table,
        parent_id,
        max(case when row_status in ('used', 'deleted') then 1 else 0 end) as is_known,
        max(case when row_status = 'test_mode' then 1 else 0 end) as is_in_test_mode
    from parents
    group by source_system, source_table, parent_id
),

first_level as (
    {% for tool, child, column, parent, parent_key in first_level -%}
    select
        '{{ tool }}' as source_system,
        '{{ child }}' as source_table,
        child.raw_key,
        case when parent.is_in_test_mode = 1 then 'test_mode' else 'rejected' end as row_status,
        '{{ column }}' as reject_column,
        child.{{ column }} as reject_value,
        child.delivered_at
    from {{ ref('stg_' ~ tool ~ '__' ~ child) }} as child
    left join first_parents as parent
        on
            parent.source_system = '{{ tool }}'
            and parent.source_table = '{{ parent }}'
            and child.{{ column }} = parent.parent_id
    where
        child.row_status = 'used'
        and child.{{ column }} is not null
        and coalesce(parent.is_known, 0) = 0
        and exists (
            select 1 as found
            from parents
            where parents.source_system = '{{ tool }}' and parents.source_table = '{{ parent }}'
        )
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

second_parents as (
    select
        parents.source_system,
        parents.source_table,
        parents.parent_id,
        max(case when parents.row_status in ('used', 'deleted') and first_level.raw_key is null then 1 else 0 end)
            as is_known,
        max(case when 'test_mode' in (parents.row_status, first_level.row_status) then 1 else 0 end) as is_in_test_mode
    from parents
    left join first_level
        on
            parents.source_system = first_level.source_system
            and parents.source_table = first_level.source_table
            and parents.raw_key = first_level.raw_key
    group by parents.source_system, parents.source_table, parents.parent_id
),

second_level as (
    {% for tool, child, column, parent, parent_key in second_level -%}
    select
        '{{ tool }}' as source_system,
        '{{ child }}' as source_table,
        child.raw_key,
        case when parent.is_in_test_mode = 1 then 'test_mode' else 'rejected' end as row_status,
        '{{ column }}' as reject_column,
        child.{{ column }} as reject_value,
        child.delivered_at
    from {{ ref('stg_' ~ tool ~ '__' ~ child) }} as child
    left join second_parents as parent
        on
            parent.source_system = '{{ tool }}'
            and parent.source_table = '{{ parent }}'
            and child.{{ column }} = parent.parent_id
    where
        child.row_status = 'used'
        and child.{{ column }} is not null
        and coalesce(parent.is_known, 0) = 0
        and exists (
            select 1 as found
            from parents
            where parents.source_system = '{{ tool }}' and parents.source_table = '{{ parent }}'
        )
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

final as (
    select * from first_level
    union all
    select * from second_level
)

select * from final
