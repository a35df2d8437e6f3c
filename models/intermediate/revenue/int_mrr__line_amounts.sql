-- What each recurring invoice line says a month is worth, from its amount alone: prorated amounts are scaled to a whole
-- month, with what their rounding may have added or taken.
with invoice_lines as (
    {{ with_customer('int_invoice_lines', person_key=none) }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

billing_intervals as (
    select * from {{ ref('billing_intervals') }}
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

payments as (
    select * from {{ ref('int_payments') }} where payment_kind = 'payment'
),

invoice_payments as (
    select
        invoice_key,
        min(occurred_at) as paid_at
    from payments
    group by invoice_key
),

first_payments as (
    select
        invoices.subscription_key,
        min(payments.occurred_at) as first_paid_at
    from payments
    inner join invoices
        on payments.invoice_key = invoices.invoice_key
    where payments.amount > 0
    group by invoices.subscription_key
),

recurring as (
    select
        invoice_lines.invoice_line_key,
        invoice_lines.invoice_key,
        invoice_lines.customer_id,
        coalesce(invoice_lines.subscription_key, invoice_lines.invoice_line_key) as subscription_key,
        invoice_lines.plan_id,
        invoice_lines.plan_name,
        invoice_lines.plan_interval,
        invoice_lines.interval_count,
        invoice_lines.currency,
        -- what can be paid, not what the tool counts in
        currencies.smallest_unit as minor_unit,
        invoice_lines.is_proration as is_flagged,
        invoice_lines.discount_amount + invoice_lines.inclusive_tax_amount as taken_off,
        case when invoice_lines.amount < 0 then -1 else 1 end * coalesce(invoice_lines.quantity, 0) as seats,
        case when invoice_lines.amount > 0 and invoice_lines.net_amount <= 0 then 1 else 0 end as free_lines,
        invoice_lines.net_amount,
        case '{{ mrr_rule("discounts") }}'
            when 'all' then invoice_lines.net_amount
            when 'forever'
                then invoice_lines.amount - invoice_lines.lasting_discount_amount - invoice_lines.inclusive_tax_amount
            else invoice_lines.amount - invoice_lines.inclusive_tax_amount
        end as counted_amount,
        invoice_lines.amount,
        invoice_lines.plan_price,
        invoice_lines.period_start_at,
        invoice_lines.period_end_at,
        {{ seconds_between('invoice_lines.period_start_at', 'invoice_lines.period_end_at') }} as period_seconds,
        {{ before(
            'invoice_lines.period_end_at',
            'billing_intervals.months * invoice_lines.interval_count',
            'billing_intervals.days * invoice_lines.interval_count'
        ) }} as interval_start_at,
        {{ before(
            'invoice_lines.period_start_at',
            '-billing_intervals.months * invoice_lines.interval_count',
            '-billing_intervals.days * invoice_lines.interval_count'
        ) }} as interval_end_at,
        cast(billing_intervals.periods_per_year as double) / 12 / invoice_lines.interval_count as periods_per_month,
        -- after a trial nothing counts before the first payment, if the rule is so
        case
            when '{{ mrr_rule("trials") }}' = 'until_paid' and subscriptions.trial_end_at is not null
                then first_payments.first_paid_at
            else invoice_lines.period_start_at
        end as counts_from_at,
        case '{{ mrr_rule("churn_at") }}'
            when 'cancellation' then least(subscriptions.ended_at, subscriptions.canceled_at)
            -- what was paid for counts to the end of its period, what was not ends with the subscription
            when 'period_end'
                then case
                        when
                            invoices.amount_due > 0 and coalesce(invoice_payments.paid_at, invoices.paid_at) is null
                            then subscriptions.ended_at
                    end
            else subscriptions.ended_at
        end as stops_at,
        case when invoices.amount_due > 0 then coalesce(invoices.due_at, invoices.invoiced_at) end as due_at,
        coalesce(invoice_payments.paid_at, invoices.paid_at) as paid_at,
        coalesce(
            invoice_lines.period_start_at >= subscriptions.trial_start_at
            and invoice_lines.period_start_at < subscriptions.trial_end_at,
            false
        ) as is_in_trial
    from invoice_lines
    inner join invoices
        on invoice_lines.invoice_key = invoices.invoice_key
    inner join currencies
        on invoice_lines.currency = currencies.currency
    left join billing_intervals
        on invoice_lines.plan_interval = billing_intervals.plan_interval
    left join subscriptions
        on invoice_lines.subscription_key = subscriptions.subscription_key
    left join invoice_payments
        on invoice_lines.invoice_key = invoice_payments.invoice_key
    left join first_payments
        on invoice_lines.subscription_key = first_payments.subscription_key
    where
        invoice_lines.customer_id is not null
        and invoice_lines.is_recurring
        and invoice_lines.period_start_at < invoice_lines.period_end_at
        and (
            '{{ mrr_rule("metered") }}' = 'included'
            or coalesce(invoice_lines.usage_type, 'licensed') <> 'metered'
        )
),

-- A trial's own lines never count. A credit within it does where it ends what was paid for before.
countable as (
    select * from recurring as lines_of_trials
    where
        not lines_of_trials.is_in_trial
        or (
            lines_of_trials.amount < 0
            and exists (
                select 1 as found
                from recurring as charges
                where
                    charges.subscription_key = lines_of_trials.subscription_key
                    and charges.plan_id = lines_of_trials.plan_id
                    and not charges.is_in_trial
                    and charges.amount > 0
                    and charges.period_start_at <= lines_of_trials.period_start_at
                    and charges.period_end_at > lines_of_trials.period_start_at
            )
        )
),

-- What is billed for less than an interval is a part of it, whatever its flag says, where its amount is nearer to that
-- part of the list price than to all of it: the tool does not flag the first days before a fixed billing day.
measured as (
    select
        *,
        is_flagged or coalesce(
            period_start_at > interval_start_at
            and period_end_at < interval_end_at
            and amount <> 0
            and abs(abs(amount) - list_amount * period_share) < abs(abs(amount) - list_amount),
            false
        ) as is_proration
    from (
        select
            *,
            cast(plan_price as double) * abs(seats) as list_amount,
            cast(period_seconds as double)
            / nullif({{ seconds_between('interval_start_at', 'period_end_at') }}, 0) as period_share
        from countable
    ) as with_list_amount
),

-- the whole period that a prorated line is a part of, as the tool billed it
covering_periods as (
    select
        prorated.invoice_line_key,
        min(whole.period_seconds) as full_seconds
    from measured as prorated
    inner join measured as whole
        on
            prorated.subscription_key = whole.subscription_key
            and prorated.plan_interval = whole.plan_interval
            and prorated.interval_count = whole.interval_count
    where
        prorated.is_proration
        and prorated.periods_per_month is not null
        and not whole.is_proration
        and whole.period_start_at <= prorated.period_start_at
        and whole.period_end_at >= prorated.period_end_at
    group by prorated.invoice_line_key
),

scaled as (
    select
        measured.*,
        -- without a known interval the line's own period says how many months it is
        coalesce(
            measured.periods_per_month,
            case
                when measured.is_proration or measured.period_seconds < 365.25 / 24 * 86400
                    then 365 * 86400.0 / 12 / measured.period_seconds
                else 1.0 / round(measured.period_seconds / 86400.0 * 12 / 365.25)
            end
        ) as lines_a_month,
        case
            when not measured.is_proration then 1
            else cast(coalesce(
                    covering_periods.full_seconds,
                    {{ seconds_between('measured.interval_start_at', 'measured.period_end_at') }},
                    measured.period_seconds
                ) as double) / measured.period_seconds
        end as proration_factor
    from measured
    left join covering_periods
        on measured.invoice_line_key = covering_periods.invoice_line_key
),

factored as (
    select
        *,
        lines_a_month * proration_factor as months_factor
    from scaled
),

final as (
    select
        *,
        {{ to_smallest_unit('cast(net_amount as double) * months_factor', 'minor_unit') }} as net_monthly,
        {{ to_smallest_unit('cast(counted_amount as double) * months_factor', 'minor_unit') }} as counted_monthly,
        case
            when taken_off = 0 and seats <> 0
                then {{ to_smallest_unit('abs(seats) * cast(plan_price as double) * periods_per_month', 'minor_unit') }}
        end as list_monthly,
        -- what the rounding of a prorated amount, blown up to a whole month, and of its price can add up to
        case
            when is_proration and net_amount <> 0 then cast((1.5 * months_factor + 1) * minor_unit as decimal(18, 4))
            else cast(0 as decimal(18, 4))
        end as slack
    from factored
)

select * from final
