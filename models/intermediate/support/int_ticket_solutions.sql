-- When tickets became solved and when they came back. Closed counts as solved, and closing a solved ticket is nothing
-- new.
with status_changes as (
    select
        ticket_event_key,
        ticket_key,
        occurred_at,
        order_in_instant,
        coalesce(lower(event_value), '') in ('solved', 'closed') as is_solved
    from {{ ref('int_ticket_events') }}
    where event_kind = 'field_change' and field_name = 'status' and coalesce(lower(event_value), '') <> 'deleted'
),

compared as (
    select
        ticket_event_key,
        ticket_key,
        occurred_at,
        is_solved,
        lag(is_solved, 1, false) over (
            partition by ticket_key
            order by occurred_at asc, order_in_instant asc, ticket_event_key asc
        ) as was_solved
    from status_changes
),

final as (
    select
        ticket_event_key,
        ticket_key,
        occurred_at,
        is_solved
    from compared
    where is_solved <> was_solved
)

select * from final
