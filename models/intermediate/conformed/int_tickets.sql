-- Support tickets. The status is the last one in the ticket's history on as_of_date; without a history, today's. A
-- ticket whose requester was deleted for good stays, with the organisation that it names.
with tickets as (
    select * from {{ ref('stg_zendesk__ticket') }} where row_status = 'used'
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
    where field_name = 'status'
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
        coalesce(status_changes.ticket_status, tickets.ticket_status) as ticket_status,
        coalesce(status_changes.ticket_status, tickets.ticket_status) not in ('solved', 'closed') as is_open
    from tickets
    left join status_changes
        on tickets.ticket_id = status_changes.ticket_id and status_changes.recency = 1
)

select * from final
