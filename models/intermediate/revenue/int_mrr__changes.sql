-- How the recurring revenue of a customer's plan changed, one row per customer, currency, subscription, plan and day on
-- which something did: what it was before that day and from it on, in the currency.
with recurring_lines as (
    select * from {{ ref('int_mrr__lines') }}
),

suspensions as (
    select * from {{ ref('int_mrr__suspensions') }}
),

pauses as (
    select * from {{ ref('int_subscription_pauses') }}
),

-- where pauses count, what ran out during one goes on to its end, or until it is billed again
extensions as (
    select
        recurring_lines.invoice_line_key,
        recurring_lines.counts_to as extended_from,
        least(
            max({{ to_reporting_date('pauses.resumed_at') }}),
            coalesce(min(next_lines.counts_from), max({{ to_reporting_date('pauses.resumed_at') }}))
        ) as extended_to
    from recurring_lines
    inner join pauses
        on
            recurring_lines.subscription_key = pauses.subscription_key
            and recurring_lines.counts_to >= {{ to_reporting_date('pauses.paused_at') }}
            and recurring_lines.counts_to < {{ to_reporting_date('pauses.resumed_at') }}
    left join recurring_lines as next_lines
        on
            recurring_lines.subscription_key = next_lines.subscription_key
            and recurring_lines.plan_id = next_lines.plan_id
            and recurring_lines.counts_to <= next_lines.counts_from
    where '{{ mrr_rule("pauses") }}' = 'counted'
    group by recurring_lines.invoice_line_key, recurring_lines.counts_to
),

stretches as (
    select
        invoice_line_key,
        counts_from,
        counts_to,
        1 as direction
    from recurring_lines
    union all
    select
        invoice_line_key,
        suspended_from as counts_from,
        suspended_to as counts_to,
        -1 as direction
    from suspensions
    union all
    select
        invoice_line_key,
        extended_from as counts_from,
        extended_to as counts_to,
        1 as direction
    from extensions
    where extended_from < extended_to
),

edges as (
    select
        invoice_line_key,
        counts_from as change_date,
        direction
    from stretches
    union all
    select
        invoice_line_key,
        counts_to as change_date,
        -direction as direction
    from stretches
),

daily as (
    select
        recurring_lines.customer_id,
        recurring_lines.currency,
        recurring_lines.subscription_key,
        recurring_lines.plan_id,
        edges.change_date,
        max(recurring_lines.plan_name) as plan_name,
        max(recurring_lines.plan_interval) as plan_interval,
        max(recurring_lines.interval_count) as interval_count,
        max(recurring_lines.minor_unit) as minor_unit,
        sum(edges.direction * recurring_lines.monthly_amount) as amount,
        sum(edges.direction * recurring_lines.slack) as slack,
        sum(edges.direction * recurring_lines.seats) as seats,
        sum(edges.direction * recurring_lines.free_lines) as free_lines
    from edges
    inner join recurring_lines
        on edges.invoice_line_key = recurring_lines.invoice_line_key
    where edges.change_date <= {{ as_of_date() }}
    group by
        recurring_lines.customer_id,
        recurring_lines.currency,
        recurring_lines.subscription_key,
        recurring_lines.plan_id,
        edges.change_date
    -- a period that follows the one before it at the same price is no change
    having
        sum(edges.direction * recurring_lines.monthly_amount) <> 0
        or sum(edges.direction * recurring_lines.slack) <> 0
        or sum(edges.direction * recurring_lines.seats) <> 0
        or sum(edges.direction * recurring_lines.free_lines) <> 0
),

running as (
    select
        *,
        sum(amount) over (
            partition by customer_id, currency, subscription_key, plan_id
            order by change_date
            rows between unbounded preceding and current row
        ) as running_amount,
        sum(slack) over (
            partition by customer_id, currency, subscription_key, plan_id
            order by change_date
            rows between unbounded preceding and current row
        ) as running_slack,
        sum(seats) over (
            partition by customer_id, currency, subscription_key, plan_id
            order by change_date
            rows between unbounded preceding and current row
        ) as running_seats,
        sum(free_lines) over (
            partition by customer_id, currency, subscription_key, plan_id
            order by change_date
            rows between unbounded preceding and current row
        ) as running_free_lines
    from daily
),

settled as (
    select
        customer_id,
        currency,
        subscription_key,
        plan_id,
        plan_name,
        plan_interval,
        interval_count,
        minor_unit,
        change_date,
        -- a credit and the line that it takes back may leave the cents of their rounding
        cast(case when abs(running_amount) <= running_slack then 0 else running_amount end as decimal(18, 4))
            as mrr_after,
        cast(greatest(running_seats, 0) as bigint) as seats_after,
        running_free_lines > 0 as is_free_after
    from running
),

final as (
    select
        *,
        lag(mrr_after, 1, cast(0 as decimal(18, 4))) over (
            partition by customer_id, currency, subscription_key, plan_id
            order by change_date
        ) as mrr_before,
        lag(seats_after, 1, cast(0 as bigint)) over (
            partition by customer_id, currency, subscription_key, plan_id
            order by change_date
        ) as seats_before,
        lag(is_free_after, 1, false) over (
            partition by customer_id, currency, subscription_key, plan_id
            order by change_date
        ) as is_free_before,
        lead(change_date) over (
            partition by customer_id, currency, subscription_key, plan_id
            order by change_date
        ) as next_change_date
    from settled
)

select * from final
