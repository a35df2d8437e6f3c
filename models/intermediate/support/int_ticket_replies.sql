-- What agents wrote to customers: public comments of people who answer. The comment with which an agent opened a ticket
-- (after a call, say) is no reply, nor is what somebody writes on a ticket of their own.
with tickets as (
    select * from {{ ref('int_tickets') }}
),

comments as (
    select * from {{ ref('int_ticket_events') }} where event_kind = 'comment' and is_public
),

agents as (
    select * from {{ ref('int_support_agents') }} where not is_automation
),

settings as (
    select value as opening_comment_seconds from {{ ref('support_settings') }} where setting = 'opening_comment_seconds'
),

by_agents as (
    select
        comments.ticket_event_key,
        comments.ticket_key,
        comments.actor_key,
        comments.occurred_at,
        -- only the first can be the opening: the second within the same minute is a reply
        tickets.submitter_key = comments.actor_key
        and {{ seconds_between('tickets.opened_at', 'comments.occurred_at') }} <= settings.opening_comment_seconds
        and row_number() over (
            partition by comments.ticket_key
            order by comments.occurred_at asc, comments.ticket_event_key asc
        ) = 1 as is_opening
    from comments
    inner join agents
        on comments.actor_key = agents.employee_key
    inner join tickets
        on comments.ticket_key = tickets.ticket_key
    cross join settings
    where coalesce(comments.actor_key <> tickets.person_key, true)
),

final as (
    select
        ticket_event_key,
        ticket_key,
        actor_key,
        occurred_at as replied_at
    from by_agents
    where not coalesce(is_opening, false)
)

select * from final
