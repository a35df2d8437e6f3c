-- Days within a line's time on which it does not count (rules pauses and past_due_days), one row an unbroken stretch.
with recurring_lines as (
    select * from {{ ref('int_mrr__lines') }}
),

pauses as (
    select * from {{ ref('int_subscription_pauses') }}
),

reasons as (
    select
        recurring_lines.invoice_line_key,
        {{ to_reporting_date('pauses.paused_at') }} as suspended_from,
        {{ to_reporting_date('pauses.resumed_at') }} as suspended_to
    from recurring_lines
    inner join pauses
        on recurring_lines.subscription_key = pauses.subscription_key
    where '{{ mrr_rule("pauses") }}' = 'zero'
    union all
    select
        invoice_line_key,
        cast({{ dbt.dateadd('day', mrr_rule('past_due_days') or 0, 'due_date') }} as date) as suspended_from,
        coalesce(paid_date, counts_to) as suspended_to
    from recurring_lines
    where due_date is not null and '{{ mrr_rule("past_due_days") }}' <> 'None'
),

clipped as (
    select
        recurring_lines.invoice_line_key,
        greatest(reasons.suspended_from, recurring_lines.counts_from) as suspended_from,
        least(reasons.suspended_to, recurring_lines.counts_to) as suspended_to
    from recurring_lines
    inner join reasons
        on recurring_lines.invoice_line_key = reasons.invoice_line_key
    where
        reasons.suspended_from < reasons.suspended_to
        and reasons.suspended_from < recurring_lines.counts_to
        and reasons.suspended_to > recurring_lines.counts_from
),

-- a paused subscription may be past due as well: stretches that touch are one
followed as (
    select
        *,
        max(suspended_to) over (
            partition by invoice_line_key
            order by suspended_from, suspended_to
            rows between unbounded preceding and 1 preceding
        ) as latest_end
    from clipped
),

numbered as (
    select
        *,
        sum(case when latest_end >= suspended_from then 0 else 1 end) over (
            partition by invoice_line_key
            order by suspended_from, suspended_to
            rows between unbounded preceding and current row
        ) as stretch
    from followed
),

final as (
    select
        invoice_line_key,
        min(suspended_from) as suspended_from,
        max(suspended_to) as suspended_to
    from numbered
    group by invoice_line_key, stretch
)

select * from final
