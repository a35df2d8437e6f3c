-- Each customer's life as a subscriber: from the first MRR to the first churn, counted in terms of the first plan. A
-- return starts no new life for the model of renewals; how long a customer has been back is in the stretch's columns.
with movements as (
    select * from {{ ref('int_mrr__movements') }}
),

invoice_lines as (
    {{ with_customer('int_invoice_lines', person_key=none) }}
),

billing as (
    select * from {{ ref('int_history__billing') }} where month_end = {{ as_of_date() }}
),

subscriptions as (
    {{ with_customer('int_subscriptions', person_key=none) }}
),

intervals as (
    select * from {{ ref('billing_intervals') }}
),

segments as (
    select * from {{ ref('lifetime_segments') }}
),

first_lines as (
    select
        customer_id,
        plan_interval,
        interval_count,
        row_number() over (
            partition by customer_id
            order by invoiced_at asc, net_amount desc, invoice_line_key asc
        ) as preference
    from invoice_lines
    where customer_id is not null and is_recurring and amount > 0
),

-- who has given notice for every subscription will not renew
notices as (
    select
        customer_id,
        min(case when is_cancel_at_period_end or cancel_at is not null then 1 else 0 end) = 1 as has_given_notice
    from subscriptions
    where customer_id is not null and subscription_status in ('active', 'past_due')
    group by customer_id
),

-- a plan of days or weeks, or one that is not delivered, counts as monthly
terms as (
    select
        first_lines.customer_id,
        greatest(coalesce(intervals.months * first_lines.interval_count, 1), 1) as term_months
    from first_lines
    left join intervals
        on first_lines.plan_interval = intervals.plan_interval
    where first_lines.preference = 1
),

turns as (
    select distinct
        customer_id,
        movement_date,
        case when movement_kind = 'churn' then 'end' else 'start' end as turn
    from movements
    where movement_kind in ('new', 'reactivation', 'churn')
),

-- starts and ends take turns
stretches as (
    select
        customer_id,
        turn,
        movement_date as started_on,
        lead(movement_date) over (partition by customer_id order by movement_date) as ended_on
    from turns
),

totals as (
    select
        customer_id,
        min(started_on) as started_on,
        min(ended_on) as ended_on,
        max(started_on) as stretch_started_on,
        max(ended_on) as last_ended_on,
        count(*) - 1 as return_count,
        count(*) > count(ended_on) as is_active,
        sum({{ dbt.datediff(
            'started_on', "coalesce(ended_on, cast(" ~ dbt.dateadd('day', 1, as_of_date()) ~ " as date))", 'day'
        ) }}) as served_days
    from stretches
    where turn = 'start'
    group by customer_id
),

first_amounts as (
    select
        movements.customer_id,
        {{ sum_if_known('movements.amount_reporting') }} as first_mrr
    from movements
    inner join totals
        on movements.customer_id = totals.customer_id and movements.movement_date = totals.started_on
    group by movements.customer_id
),

placed as (
    select
        totals.*,
        first_amounts.first_mrr,
        segments.segment,
        segments.period_months,
        billing.term_ends_on as billed_to,
        notices.has_given_notice,
        -- the last day of the life with MRR
        case
            when totals.ended_on is null then {{ as_of_date() }}
            else cast({{ dbt.dateadd('day', -1, 'coalesce(totals.ended_on, ' ~ as_of_date() ~ ')') }} as date)
        end as last_date,
        {{ as_of_date() }} as as_of_date
    from totals
    left join terms
        on totals.customer_id = terms.customer_id
    left join segments
        on
            coalesce(terms.term_months, 1) >= segments.min_term_months
            and coalesce(terms.term_months, 1) <= coalesce(segments.max_term_months, 100000)
    left join first_amounts
        on totals.customer_id = first_amounts.customer_id
    left join billing
        on totals.customer_id = billing.customer_id
    left join notices
        on totals.customer_id = notices.customer_id
),

counted as (
    select
        *,
        floor({{ whole_months('started_on', 'as_of_date') }} / cast(period_months as double)) as whole_periods,
        floor({{ whole_months('started_on', 'last_date') }} / cast(period_months as double)) as renewed_periods,
        floor({{ whole_months('stretch_started_on', 'as_of_date') }} / cast(period_months as double))
            as stretch_renewed_periods
    from placed
),

final as (
    select
        customer_id,
        segment,
        period_months,
        started_on,
        ended_on,
        -- a loss counts once the whole period is over: before that only those who leave early would count in it, and
        -- none of those who stay
        coalesce(ended_on is not null and renewed_periods < whole_periods, false) as is_lost,
        cast(least(renewed_periods, whole_periods) as bigint) as renewed_periods,
        stretch_started_on,
        case when is_active then cast(stretch_renewed_periods as bigint) end as stretch_renewed_periods,
        case when is_active then billed_to end as billed_to,
        is_active and coalesce(has_given_notice, false) as has_given_notice,
        last_ended_on,
        is_active,
        return_count,
        cast(served_days as double) * 12 / 365.25 as served_months,
        cast(first_mrr as decimal(18, 4)) as first_mrr
    from counted
)

select * from final
