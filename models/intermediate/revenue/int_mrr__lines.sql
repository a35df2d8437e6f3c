-- What each recurring invoice line says a month is worth, and the days on which it counts: from the day its service
-- period starts up to, not including, the day on which the period or the subscription ends.
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
        currencies.minor_unit,
        invoice_lines.is_proration,
        invoice_lines.discount_amount,
        case when invoice_lines.amount < 0 then -1 else 1 end * coalesce(invoice_lines.quantity, 0) as seats,
        case when invoice_lines.amount > 0 and invoice_lines.net_amount <= 0 then 1 else 0 end as free_lines,
        invoice_lines.net_amount,
        {% if mrr_rule('discounts') == 'all' -%}
        invoice_lines.net_amount as counted_amount,
        {%- elif mrr_rule('discounts') == 'forever' -%}
        invoice_lines.amount - invoice_lines.lasting_discount_amount as counted_amount,
        {%- else -%}
        invoice_lines.amount as counted_amount,
        {%- endif %}
        invoice_lines.amount,
        invoice_lines.plan_price,
        invoice_lines.period_start_at,
        invoice_lines.period_end_at,
        {{ dbt.datediff('invoice_lines.period_start_at', 'invoice_lines.period_end_at', 'second') }} as period_seconds,
        case
            when billing_intervals.plan_interval is not null then {{ dbt.datediff(
                dbt.dateadd(
                    'day',
                    '-billing_intervals.days * invoice_lines.interval_count',
                    dbt.dateadd(
                        'month',
                        '-billing_intervals.months * invoice_lines.interval_count',
                        'invoice_lines.period_end_at'
                    )
                ),
                'invoice_lines.period_end_at',
                'second'
            ) }}
        end as interval_seconds,
        cast(billing_intervals.periods_per_year as double) / 12 / invoice_lines.interval_count as periods_per_month,
        {% if mrr_rule('trials') == 'until_paid' -%}
        case when subscriptions.trial_end_at is not null then first_payments.first_paid_at end as counts_from_at,
        subscriptions.trial_end_at is null or first_payments.first_paid_at is not null as has_been_paid,
        {%- else -%}
        invoice_lines.period_start_at as counts_from_at,
        true as has_been_paid,
        {%- endif %}
        {% if mrr_rule('churn_at') == 'cancellation' -%}
        least(subscriptions.ended_at, subscriptions.canceled_at) as stops_at
        {%- elif mrr_rule('churn_at') == 'period_end' -%}
        -- what was paid for counts to the end of its period, what was not ends with the subscription
        case
            when invoices.amount_due > 0 and invoice_payments.paid_at is null then subscriptions.ended_at
        end as stops_at
        {%- else -%}
        subscriptions.ended_at as stops_at
        {%- endif %}
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
        {% if mrr_rule('metered') == 'excluded' -%}
        and coalesce(invoice_lines.usage_type, 'licensed') <> 'metered'
        {%- endif %}
        and (
            subscriptions.trial_start_at is null
            or subscriptions.trial_end_at is null
            or invoice_lines.period_start_at < subscriptions.trial_start_at
            or invoice_lines.period_start_at >= subscriptions.trial_end_at
        )
),

-- the whole period that a prorated line is a part of, as the tool billed it
covering_periods as (
    select
        prorated.invoice_line_key,
        min(whole.period_seconds) as full_seconds
    from recurring as prorated
    inner join recurring as whole
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
        recurring.*,
        -- without a known interval the line's own period says how many months it is
        coalesce(
            recurring.periods_per_month,
            case
                when recurring.is_proration or recurring.period_seconds < 365.25 / 24 * 86400
                    then 365 * 86400.0 / 12 / recurring.period_seconds
                else 1.0 / round(recurring.period_seconds / 86400.0 * 12 / 365.25)
            end
        )
        * case
            when recurring.is_proration
                then cast(coalesce(covering_periods.full_seconds, recurring.interval_seconds, recurring.period_seconds) as double)
                    / recurring.period_seconds
            else 1
        end as months_factor
    from recurring
    left join covering_periods
        on recurring.invoice_line_key = covering_periods.invoice_line_key
),

monthly as (
    select
        *,
        {{ to_smallest_unit('cast(net_amount as double) * months_factor', 'minor_unit') }} as net_monthly,
        {{ to_smallest_unit('cast(counted_amount as double) * months_factor', 'minor_unit') }} as counted_monthly,
        case
            when discount_amount = 0
                then {{ to_smallest_unit('abs(seats) * cast(plan_price as double) * periods_per_month', 'minor_unit') }}
        end as list_monthly,
        -- what the rounding of a prorated amount, blown up to a whole month, and of its price can add up to
        case
            when is_proration and net_amount <> 0 then cast((1.5 * months_factor + 1) * minor_unit as decimal(18, 4))
            else cast(0 as decimal(18, 4))
        end as slack
    from scaled
),

-- A prorated amount is rounded, and scaling it up makes that a few cents: it stands for the price that it is a part of.
prices as (
    select
        subscription_key,
        abs(net_monthly) as net_price,
        min(abs(counted_monthly)) as counted_price
    from monthly
    where not is_proration
    group by subscription_key, abs(net_monthly)
),

-- Prices that a prorated amount may be a part of: those of whole periods, and the list price.
price_candidates as (
    select
        monthly.invoice_line_key,
        prices.net_price,
        prices.counted_price
    from monthly
    inner join prices
        on monthly.subscription_key = prices.subscription_key
    where
        monthly.is_proration
        and monthly.net_amount <> 0
        and abs(abs(monthly.net_monthly) - prices.net_price) <= monthly.slack
    union all
    select
        invoice_line_key,
        list_monthly as net_price,
        list_monthly as counted_price
    from monthly
    where is_proration and net_amount <> 0 and abs(abs(net_monthly) - list_monthly) <= slack
),

charge_candidates as (
    select
        monthly.invoice_line_key,
        price_candidates.net_price,
        price_candidates.counted_price,
        row_number() over (
            partition by monthly.invoice_line_key
            order by abs(monthly.net_monthly - price_candidates.net_price), price_candidates.counted_price
        ) as place
    from monthly
    inner join price_candidates
        on monthly.invoice_line_key = price_candidates.invoice_line_key
    where monthly.amount > 0
),

charges as (
    select
        monthly.*,
        coalesce(charge_candidates.net_price, monthly.net_monthly) as net_price,
        coalesce(charge_candidates.counted_price, monthly.counted_monthly) as counted_price,
        charge_candidates.net_price is not null as is_settled
    from monthly
    left join charge_candidates
        on monthly.invoice_line_key = charge_candidates.invoice_line_key and charge_candidates.place = 1
    where monthly.amount > 0
),

-- a credit takes back a whole period's price, or what an earlier part of one was charged for
credit_candidates as (
    select
        invoice_line_key,
        net_price,
        counted_price
    from price_candidates
    union all
    select
        credits.invoice_line_key,
        charges.net_price,
        charges.counted_price
    from monthly as credits
    inner join charges
        on credits.subscription_key = charges.subscription_key and credits.plan_id = charges.plan_id
    where
        credits.is_proration
        and credits.net_amount < 0
        and charges.is_proration
        and charges.period_start_at <= credits.period_start_at
        and charges.period_end_at >= credits.period_end_at
        and abs(abs(credits.net_monthly) - charges.net_price) <= credits.slack
),

ranked_credits as (
    select
        monthly.invoice_line_key,
        credit_candidates.counted_price,
        row_number() over (
            partition by monthly.invoice_line_key
            order by abs(abs(monthly.net_monthly) - credit_candidates.net_price), credit_candidates.counted_price
        ) as place
    from monthly
    inner join credit_candidates
        on monthly.invoice_line_key = credit_candidates.invoice_line_key
    where monthly.amount <= 0
),

settled as (
    select
        invoice_line_key,
        counted_price as monthly_amount,
        is_settled
    from charges
    union all
    select
        monthly.invoice_line_key,
        coalesce(-ranked_credits.counted_price, monthly.counted_monthly) as monthly_amount,
        ranked_credits.counted_price is not null as is_settled
    from monthly
    left join ranked_credits
        on monthly.invoice_line_key = ranked_credits.invoice_line_key and ranked_credits.place = 1
    where monthly.amount <= 0
),

final as (
    select
        monthly.invoice_line_key,
        monthly.invoice_key,
        monthly.customer_id,
        monthly.subscription_key,
        monthly.plan_id,
        monthly.plan_name,
        monthly.plan_interval,
        monthly.interval_count,
        monthly.currency,
        monthly.minor_unit,
        monthly.is_proration,
        monthly.seats,
        monthly.free_lines,
        settled.monthly_amount,
        case when settled.is_settled then cast(0 as decimal(18, 4)) else monthly.slack end as slack,
        {{ to_reporting_date('greatest(monthly.period_start_at, monthly.counts_from_at)') }} as counts_from,
        {{ to_reporting_date('least(monthly.period_end_at, monthly.stops_at)') }} as counts_to,
        {{ to_reporting_date('monthly.period_end_at') }} as period_ends_on
    from monthly
    inner join settled
        on monthly.invoice_line_key = settled.invoice_line_key
    where monthly.has_been_paid
)

select * from final where counts_from < counts_to
