-- The backlog of each month is the one before and what happened in between; tickets without a history have no dated
-- end.
with undated as (
    select count(*) as ticket_count
    from {{ ref('ticket_metrics') }}
    where reopen_count is null and not is_open
),

months as (
    select
        customer_group,
        month_end,
        backlog_tickets,
        created_tickets + reopened_tickets - solved_tickets - merged_tickets - dropped_tickets as backlog_change,
        lag(backlog_tickets, 1, 0) over (partition by customer_group order by month_end) as backlog_before
    from {{ ref('int_support_months') }}
)

select
    months.customer_group,
    months.month_end,
    months.backlog_before,
    months.backlog_change,
    months.backlog_tickets
from months
cross join undated
where
    undated.ticket_count = 0
    and months.backlog_tickets <> months.backlog_before + months.backlog_change
