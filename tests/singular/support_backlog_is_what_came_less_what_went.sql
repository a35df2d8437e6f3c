-- The backlog of each month is the one before and what happened in between; tickets without a history have no dated end.
with months as (
    select
        *,
        lag(backlog_tickets, 1, 0) over (partition by customer_group order by month_end) as backlog_before
    from {{ ref('int_support_months') }}
),

undated as (
    select count(*) as ticket_count
    from {{ ref('ticket_metrics') }}
    where reopen_count is null and not is_open
)

select months.*
from months
cross join undated
where
    undated.ticket_count = 0
    and backlog_tickets
    <> backlog_before + created_tickets + reopened_tickets - solved_tickets - merged_tickets
