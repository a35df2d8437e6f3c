-- Every event and minute of a person's active days stands in one session of the person.
with person_days as (
    select * from {{ ref('int_usage__person_days') }} where is_active
),

sessions as (
    select * from {{ ref('int_usage__sessions') }}
),

both_sides as (
    select
        customer_id,
        user_id,
        event_count,
        active_minutes
    from person_days
    union all
    select
        customer_id,
        user_id,
        -event_count as event_count,
        -active_minutes as active_minutes
    from sessions
)

select
    customer_id,
    user_id
from both_sides
group by customer_id, user_id
having sum(event_count) <> 0 or coalesce(sum(active_minutes), 0) <> 0
