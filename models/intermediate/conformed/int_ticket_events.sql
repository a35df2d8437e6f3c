-- What happened on tickets: comments and changes of fields, in one list.
with comments as (
    select * from {{ ref('stg_zendesk__ticket_comment') }} where row_status = 'used'
),

field_changes as (
    select * from {{ ref('int_ticket_field_changes') }}
),

tickets as (
    select * from {{ ref('int_tickets') }}
),

unioned as (
    select
        {{ record_key('zendesk', 'ticket_comment', 'comment_id') }} as ticket_event_key,
        {{ record_key('zendesk', 'ticket', 'ticket_id') }} as ticket_key,
        'comment' as event_kind,
        cast(null as {{ dbt.type_string() }}) as field_name,
        body as event_value,
        is_public,
        {{ record_key('zendesk', 'user', 'user_id') }} as actor_key,
        created_at as occurred_at,
        1 as order_in_instant
    from comments
    union all
    select
        {{ record_key('zendesk', 'ticket_field_history', 'raw_key') }} as ticket_event_key,
        {{ record_key('zendesk', 'ticket', 'ticket_id') }} as ticket_key,
        'field_change' as event_kind,
        field_name,
        field_value as event_value,
        cast(null as boolean) as is_public,
        {{ record_key('zendesk', 'user', 'user_id') }} as actor_key,
        updated_at as occurred_at,
        order_in_instant
    from field_changes
),

final as (
    select
        unioned.ticket_event_key,
        'zendesk' as source_system,
        unioned.ticket_key,
        unioned.event_kind,
        unioned.field_name,
        unioned.event_value,
        unioned.is_public,
        unioned.actor_key,
        unioned.occurred_at,
        unioned.order_in_instant
    from unioned
    inner join tickets
        on unioned.ticket_key = tickets.ticket_key
)

select * from final
