-- Tickets that were closed into another one. The list of them stands on the other one and is overwritten, so it also
-- tells of merges that were still to come: a ticket counts as merged once its own history has closed it.
with lists as (
    select
        ticket_id,
        {{ regex_replace('merged_ticket_ids', '[^0-9A-Za-z,_-]', '') }} as merged_ticket_ids
    from {{ ref('stg_zendesk__ticket') }}
    where row_status in ('used', 'deleted')
),

tickets as (
    select * from {{ ref('int_tickets') }} where not is_open
),

members as (
    {{ split_rows('lists', ['ticket_id'], 'merged_ticket_ids', ',') }}
),

final as (
    select
        tickets.ticket_key,
        min({{ record_key('zendesk', 'ticket', 'members.ticket_id') }}) as merged_into_key
    from members
    inner join tickets
        on members.part = tickets.source_id
    where members.part <> members.ticket_id
    group by tickets.ticket_key
)

select * from final
