-- What a month of each recurring invoice line is worth, and the days on which it counts: from the day its service
-- period starts up to, not including, the day on which the period or the subscription ends.
with monthly as (
    select * from {{ ref('int_mrr__line_amounts') }}
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
        {{ to_reporting_date('monthly.period_end_at') }} as period_ends_on,
        -- of the line's invoice; without a due date there was nothing to pay
        {{ to_reporting_date('monthly.due_at') }} as due_date,
        {{ to_reporting_date('monthly.paid_at') }} as paid_date
    from monthly
    inner join settled
        on monthly.invoice_line_key = settled.invoice_line_key
    -- what waits for a first payment that never came does not count
    where monthly.counts_from_at is not null
)

select * from final where counts_from < counts_to
