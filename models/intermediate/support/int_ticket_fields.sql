-- First and present agent, group and priority of each ticket from the history of its fields, and how often agent and
-- group changed. Without any history of a ticket it shows today's fields and cannot tell of changes.
with tickets as (
    select * from {{ ref('int_tickets') }}
),

field_changes as (
    select * from {{ ref('int_ticket_events') }} where event_kind = 'field_change'
),

histories as (
    select
        ticket_key,
        max(case when field_name = 'status' then 1 else 0 end) = 1 as has_status_history
    from field_changes
    group by ticket_key
),

-- a field may be emptied: then its present value is nothing, but that is no handover
numbered as (
    select
        ticket_key,
        field_name,
        event_value,
        row_number() over (
            partition by ticket_key, field_name
            order by occurred_at desc, order_in_instant desc, ticket_event_key desc
        ) as recency,
        row_number() over (
            partition by ticket_key, field_name, case when event_value is null then 0 else 1 end
            order by occurred_at asc, order_in_instant asc, ticket_event_key asc
        ) as value_number,
        lag(event_value) over (
            partition by ticket_key, field_name, case when event_value is null then 0 else 1 end
            order by occurred_at asc, order_in_instant asc, ticket_event_key asc
        ) as value_before
    from field_changes
    where field_name in ('assignee_id', 'group_id', 'priority')
),

by_ticket as (
    select
        ticket_key,
        max(case when field_name = 'assignee_id' and value_number = 1 then event_value end) as first_assignee_id,
        max(case when field_name = 'assignee_id' and recency = 1 then event_value end) as last_assignee_id,
        max(case when field_name = 'group_id' and value_number = 1 then event_value end) as first_group_id,
        max(case when field_name = 'group_id' and recency = 1 then event_value end) as last_group_id,
        max(case when field_name = 'priority' and value_number = 1 then event_value end) as first_priority,
        max(case when field_name = 'priority' and recency = 1 then event_value end) as last_priority,
        sum(case when field_name = 'assignee_id' and event_value <> value_before then 1 else 0 end)
            as assignee_id_changes,
        sum(case when field_name = 'group_id' and event_value <> value_before then 1 else 0 end)
            as group_id_changes
    from numbered
    group by ticket_key
),

final as (
    select
        tickets.ticket_key,
        coalesce(histories.has_status_history, false) as has_status_history,
        case
            when histories.ticket_key is null then tickets.latest_assignee_key
            else {{ record_key('zendesk', 'user', 'by_ticket.first_assignee_id') }}
        end as first_assignee_key,
        case
            when histories.ticket_key is null then tickets.latest_assignee_key
            else {{ record_key('zendesk', 'user', 'by_ticket.last_assignee_id') }}
        end as assignee_key,
        case when histories.ticket_key is null then tickets.latest_group_id else by_ticket.first_group_id end
            as first_group_id,
        case when histories.ticket_key is null then tickets.latest_group_id else by_ticket.last_group_id end
            as group_id,
        case when histories.ticket_key is null then tickets.latest_priority else lower(by_ticket.first_priority) end
            as first_priority,
        case when histories.ticket_key is null then tickets.latest_priority else lower(by_ticket.last_priority) end
            as priority,
        case when histories.ticket_key is not null then coalesce(by_ticket.assignee_id_changes, 0) end
            as agent_handovers,
        case when histories.ticket_key is not null then coalesce(by_ticket.group_id_changes, 0) end
            as group_handovers
    from tickets
    left join histories
        on tickets.ticket_key = histories.ticket_key
    left join by_ticket
        on tickets.ticket_key = by_ticket.ticket_key
)

select * from final
