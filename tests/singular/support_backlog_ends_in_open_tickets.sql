-- The last month's backlog of each customer is the tickets that are open on as_of_date.
with months as (
    select
        customer_group,
        backlog_tickets
    from {{ ref('int_support_months') }}
    where month_end = {{ as_of_date() }}
),

open_tickets as (
    select
        coalesce(customer_id, 'nobody') as customer_group,
        count(case when is_open then 1 end) as open_ticket_count
    from {{ ref('ticket_metrics') }}
    group by coalesce(customer_id, 'nobody')
)

select
    months.customer_group,
    months.backlog_tickets,
    open_tickets.open_ticket_count
from months
left join open_tickets
    on months.customer_group = open_tickets.customer_group
where coalesce(months.backlog_tickets <> open_tickets.open_ticket_count, months.backlog_tickets is not null)
