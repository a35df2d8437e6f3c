-- Terms that came to their end, one row per customer, currency and day: the revenue that was up for renewal and what
-- of it went on. Another metric than retention: only what was due, and only what became of it that day.
with recurring_lines as (
    select * from {{ ref('int_mrr__lines') }}
),

billing_intervals as (
    select * from {{ ref('billing_intervals') }}
),

changes as (
    select * from {{ ref('int_mrr__changes') }}
),

movements as (
    select * from {{ ref('int_mrr__movements') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

-- a term that was cut short, or that a change of plan had replaced before its end, was never due
terms as (
    select distinct
        recurring_lines.customer_id,
        recurring_lines.currency,
        recurring_lines.subscription_key,
        recurring_lines.plan_id,
        recurring_lines.period_ends_on
    from recurring_lines
    inner join billing_intervals
        on recurring_lines.plan_interval = billing_intervals.plan_interval
    where
        not recurring_lines.is_proration
        and recurring_lines.counts_to = recurring_lines.period_ends_on
        and recurring_lines.period_ends_on <= {{ as_of_date() }}
        and billing_intervals.months * recurring_lines.interval_count >= {{ var('renewal_min_months', 3) }}
),

due as (
    select
        terms.customer_id,
        terms.currency,
        terms.period_ends_on as due_date,
        count(distinct terms.subscription_key) as due_count,
        sum(changes.mrr_after) as due_amount
    from terms
    inner join changes
        on
            terms.customer_id = changes.customer_id
            and terms.currency = changes.currency
            and terms.subscription_key = changes.subscription_key
            and terms.plan_id = changes.plan_id
    where
        changes.mrr_after > 0
        and changes.change_date < terms.period_ends_on
        and coalesce(changes.next_change_date, terms.period_ends_on) >= terms.period_ends_on
    group by terms.customer_id, terms.currency, terms.period_ends_on
),

final as (
    select
        due.customer_id,
        due.currency,
        due.due_date,
        cast(due.due_count as bigint) as due_count,
        cast(due.due_amount as decimal(18, 4)) as due_amount,
        cast(due.due_amount - least(due.due_amount, greatest(coalesce(-movements.amount, 0), 0)) as decimal(18, 4))
            as renewed_amount,
        {{ in_reporting_currency('due.due_amount', 'due.currency', 'rates.rate') }} as due_reporting,
        {{ in_reporting_currency(
            'due.due_amount - least(due.due_amount, greatest(coalesce(-movements.amount, 0), 0))',
            'due.currency',
            'rates.rate'
        ) }} as renewed_reporting
    from due
    left join movements
        on
            due.customer_id = movements.customer_id
            and due.currency = movements.currency
            and due.due_date = movements.movement_date
    left join rates
        on due.currency = rates.currency and due.due_date = rates.rate_date
)

select * from final
