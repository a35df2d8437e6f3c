-- What was written to customers: public comments of people who answered then. The comment with which one of them opened
-- a ticket (after a call, say) is no reply, nor is what somebody writes on a ticket of their own.
with tickets as (
    select * from {{ ref('int_tickets') }}
),

comments as (
    select
        *,
        row_number() over (
            partition by ticket_key
            order by occurred_at asc, length(ticket_event_key) asc, ticket_event_key asc
        ) as comment_number
    from {{ ref('int_ticket_events') }}
    where event_kind = 'comment'
),

agents as (
    select * from {{ ref('int_support_agents') }} where not is_automation
),

role_spans as (
    select * from {{ ref('int_support_roles') }}
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
        -- the opening is the first comment, internal or not; if that comes much later, the opening was not delivered
        comments.comment_number = 1
        and tickets.submitter_key = comments.actor_key
        and {{ seconds_between('tickets.opened_at', 'comments.occurred_at') }} <= settings.opening_comment_seconds
            as is_opening
    from comments
    inner join agents
        on comments.actor_key = agents.employee_key
    inner join tickets
        on comments.ticket_key = tickets.ticket_key
    left join role_spans
        on
            comments.actor_key = role_spans.employee_key
            and coalesce(comments.occurred_at >= role_spans.from_at, true)
            and coalesce(comments.occurred_at < role_spans.until_at, true)
    cross join settings
    where
        comments.is_public
        and coalesce(comments.actor_key <> tickets.person_key, true)
        and coalesce(role_spans.is_staff, true)
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
