-- Where a customer stands with its contract and its payments at each month end.
with recurring_lines as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'counts_from') }} as date) as first_month,
        least(
            cast({{ dbt.date_trunc('month', 'counts_to') }} as date),
            cast({{ dbt.date_trunc('month', as_of_date()) }} as date)
        ) as last_month
    from {{ ref('int_mrr__lines') }}
),

billing_intervals as (
    select * from {{ ref('billing_intervals') }}
),

payments as (
    {{ with_customer('int_payments', person_key=none) }}
),

settings as (
    select max(case when setting = 'overdue_days' then cast(value as bigint) end) as overdue_days
    from {{ ref('history_settings') }}
),

line_months as (
    {{ date_rows(
        'recurring_lines',
        ['customer_id', 'plan_interval', 'interval_count', 'counts_from', 'counts_to', 'period_ends_on'],
        'first_month', 'last_month', 'month'
    ) }}
),

-- a yearly plan with a monthly add-on is bound to the end of the year
terms as (
    select
        line_months.customer_id,
        {{ month_end('line_months.date_at') }} as month_end,
        max(line_months.period_ends_on) as term_ends_on,
        max(billing_intervals.months * line_months.interval_count) as term_months
    from line_months
    inner join billing_intervals
        on line_months.plan_interval = billing_intervals.plan_interval
    where
        line_months.counts_from <= {{ month_end('line_months.date_at') }}
        and line_months.counts_to > {{ month_end('line_months.date_at') }}
    group by
        line_months.customer_id,
        {{ month_end('line_months.date_at') }}
),

failed_invoices as (
    select
        customer_id,
        invoice_key,
        {{ to_reporting_date("min(case when payment_kind = 'failed_payment' then occurred_at end)") }} as failed_on,
        {{ to_reporting_date("min(case when payment_kind = 'payment' then occurred_at end)") }} as paid_on
    from payments
    where payment_kind in ('payment', 'failed_payment') and customer_id is not null and invoice_key is not null
    group by customer_id, invoice_key
    having count(case when payment_kind = 'failed_payment' then 1 end) > 0
),

-- what has been open for longer is written off, and no longer news
open_invoices as (
    select
        failed_invoices.customer_id,
        failed_invoices.failed_on,
        least(
            failed_invoices.paid_on,
            cast({{ before('cast(failed_invoices.failed_on as timestamp)', 0, '-settings.overdue_days') }} as date)
        ) as open_to
    from failed_invoices
    cross join settings
),

failed as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'failed_on') }} as date) as first_month,
        least(
            cast({{ dbt.date_trunc('month', 'open_to') }} as date),
            cast({{ dbt.date_trunc('month', as_of_date()) }} as date)
        ) as last_month
    from open_invoices
),

failed_months as (
    {{ date_rows('failed', ['customer_id', 'failed_on', 'open_to'], 'first_month', 'last_month', 'month') }}
),

overdue as (
    select
        customer_id,
        {{ month_end('date_at') }} as month_end,
        min(failed_on) as overdue_since
    from failed_months
    where
        failed_on <= {{ month_end('date_at') }}
        and open_to > {{ month_end('date_at') }}
    group by customer_id, {{ month_end('date_at') }}
),

payment_months as (
    select
        customer_id,
        {{ month_end(to_reporting_date('occurred_at')) }} as month_end,
        count(case when payment_kind = 'failed_payment' then 1 end) as failed_payments
    from payments
    where payment_kind in ('payment', 'failed_payment') and customer_id is not null
    group by
        customer_id,
        {{ month_end(to_reporting_date('occurred_at')) }}
),

months as (
    select
        customer_id,
        month_end
    from terms
    union
    select
        customer_id,
        month_end
    from overdue
    union
    select
        customer_id,
        month_end
    from payment_months
),

final as (
    select
        months.customer_id,
        months.month_end,
        cast(terms.term_months as bigint) as term_months,
        terms.term_ends_on,
        case
            when terms.term_ends_on is not null
                then cast({{ dbt.datediff(
                    'months.month_end', 'coalesce(terms.term_ends_on, months.month_end)', 'day'
                ) }} as bigint)
        end as days_to_term_end,
        cast(coalesce(payment_months.failed_payments, 0) as bigint) as failed_payments,
        overdue.overdue_since,
        case
            when overdue.overdue_since is not null
                then cast({{ dbt.datediff(
                    'coalesce(overdue.overdue_since, months.month_end)', 'months.month_end', 'day'
                ) }} as bigint)
        end as overdue_days
    from months
    left join terms
        on months.customer_id = terms.customer_id and months.month_end = terms.month_end
    left join overdue
        on months.customer_id = overdue.customer_id and months.month_end = overdue.month_end
    left join payment_months
        on months.customer_id = payment_months.customer_id and months.month_end = payment_months.month_end
)

select * from final
