-- Support tickets. The status is the last one in the ticket's history on as_of_date; without a history, today's. A
-- ticket whose requester was deleted for good stays, with the organisation that it names; one that was deleted itself
-- stays, too, and waits no longer.
with tickets as (
    select * from {{ ref('stg_zendesk__ticket') }} where {{ happened('created_at') }}
),

status_changes as (
    select
        ticket_id,
        lower(field_value) as ticket_status,
        updated_at,
        row_number() over (
            partition by ticket_id
            order by updated_at desc, order_in_instant desc
        ) as recency
    from {{ ref('int_ticket_field_changes') }}
    -- being deleted is no answer to a customer: it takes back neither a solution nor the lack of one
    where field_name = 'status' and coalesce(lower(field_value), '') <> 'deleted'
),

final as (
    select
        {{ record_key('zendesk', 'ticket', 'tickets.ticket_id') }} as ticket_key,
        'zendesk' as source_system,
        tickets.ticket_id as source_id,
        {{ record_key('zendesk', 'organization', 'tickets.organization_id') }} as account_key,
        {{ record_key('zendesk', 'user', 'tickets.requester_id') }} as person_key,
        tickets.subject,
        tickets.description,
        tickets.via_channel,
        tickets.ticket_type,
        {{ record_key('zendesk', 'user', 'tickets.submitter_id') }} as submitter_key,
        {{ record_key('zendesk', 'user', 'tickets.assignee_id') }} as latest_assignee_key,
        tickets.group_id as latest_group_id,
        tickets.priority as latest_priority,
        tickets.created_at as opened_at,
        case
            when tickets.row_status = 'deleted' then 'deleted'
            else coalesce(status_changes.ticket_status, tickets.ticket_status)
        end as ticket_status,
        coalesce(status_changes.ticket_status, tickets.ticket_status) not in ('solved', 'closed')
        and tickets.row_status <> 'deleted' as is_open,
        case
            when
                tickets.row_status = 'deleted'
                and coalesce(status_changes.ticket_status, 'new') not in ('solved', 'closed')
                then coalesce(tickets.deleted_at, tickets.created_at)
        end as dropped_at
    from tickets
    left join status_changes
        on tickets.ticket_id = status_changes.ticket_id and status_changes.recency = 1
)

select * from final
