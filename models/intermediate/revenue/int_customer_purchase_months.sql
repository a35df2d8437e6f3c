-- What was known of each customer's purchases at each month's end: day of the latest one, number and sum, from the
-- month in which the first one counted to that of as_of_date. What changed in a month is added up along the customer's
-- months; months are never joined to purchases, of which there may be a hundred million. A sum is null while it holds a
-- purchase that no exchange rate converts.
with purchases as (
    select * from {{ ref('int_purchases') }} where customer_id is not null
),

payments as (
    select * from {{ ref('int_payments') }} where payment_kind in ('payment', 'refund', 'credit')
),

-- nearly all purchases are one payment and stay as they are
unchanged as (
    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'purchase_date') }} as date) as month_start,
        1 as frequency_change,
        amount_reporting as monetary_change,
        case when amount_reporting is null then 1 else 0 end as unconverted_change,
        purchase_date as counted_purchase_date
    from purchases
    where payment_count = 1 and refund_count = 0 and amount > 0
),

changing as (
    select
        purchase_key,
        currency,
        customer_id,
        purchase_date,
        rate
    from purchases
    where payment_count > 1 or refund_count > 0
),

movements as (
    select
        changing.purchase_key,
        changing.currency,
        changing.customer_id,
        changing.purchase_date,
        changing.rate,
        cast({{ dbt.date_trunc('month', to_reporting_date('payments.occurred_at')) }} as date) as month_start,
        sum(case when payments.payment_kind = 'payment' then payments.amount else 0 end) as paid,
        sum(case when payments.payment_kind <> 'payment' then -payments.amount else 0 end) as refunded
    from changing
    inner join payments
        on
            changing.purchase_key = coalesce(
                payments.invoice_key, payments.refunded_payment_key, payments.payment_key
            )
            and changing.currency = payments.currency
    group by
        changing.purchase_key,
        changing.currency,
        changing.customer_id,
        changing.purchase_date,
        changing.rate,
        cast({{ dbt.date_trunc('month', to_reporting_date('payments.occurred_at')) }} as date)
),

running as (
    select
        purchase_key,
        currency,
        customer_id,
        purchase_date,
        rate,
        month_start,
        cast(sum(paid) over (
            partition by purchase_key, currency
            order by month_start
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as paid,
        cast(sum(refunded) over (
            partition by purchase_key, currency
            order by month_start
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as refunded,
        lead(month_start) over (partition by purchase_key, currency order by month_start) as next_month_start
    from movements
),

-- a purchase counts while more was paid than given back
states as (
    select
        purchase_key,
        currency,
        customer_id,
        purchase_date,
        month_start,
        next_month_start,
        case when paid > refunded then 1 else 0 end as frequency,
        case when paid > refunded then {{ in_reporting_currency('(paid - refunded)', 'currency', 'rate') }} else 0 end
            as monetary
    from running
),

valued_states as (
    select
        *,
        case when monetary is null then 1 else 0 end as unconverted
    from states
),

state_changes as (
    select
        customer_id,
        month_start,
        frequency - lag(frequency, 1, 0) over (partition by purchase_key, currency order by month_start)
            as frequency_change,
        monetary - coalesce(lag(monetary) over (partition by purchase_key, currency order by month_start), 0)
            as monetary_change,
        unconverted - lag(unconverted, 1, 0) over (partition by purchase_key, currency order by month_start)
            as unconverted_change,
        case when frequency = 1 and next_month_start is null then purchase_date end as counted_purchase_date
    from valued_states
),

unioned as (
    select * from unchanged
    union all
    select * from state_changes
),

changes as (
    select
        customer_id,
        month_start,
        sum(frequency_change) as frequency_change,
        sum(monetary_change) as monetary_change,
        count(*) - count(monetary_change) as unconverted_amounts,
        sum(unconverted_change) as unconverted_change,
        max(counted_purchase_date) as counted_purchase_date,
        max(frequency_change) as largest_change
    from unioned
    group by customer_id, month_start
),

-- the latest purchase falls back when it is given back: what counted for some months only is laid over these months
passing as (
    select
        customer_id,
        purchase_date,
        month_start,
        cast({{ dbt.dateadd('month', -1, 'next_month_start') }} as date) as last_month_start
    from states
    where frequency = 1 and next_month_start is not null
),

passing_months as (
    {{ date_rows('passing', ['customer_id', 'purchase_date'], 'month_start', 'last_month_start', 'month') }}
),

passing_purchases as (
    select
        customer_id,
        date_at as month_start,
        max(purchase_date) as purchase_date
    from passing_months
    group by customer_id, date_at
),

spans as (
    select
        customer_id,
        min(month_start) as first_month_start,
        cast({{ dbt.date_trunc('month', as_of_date()) }} as date) as last_month_start
    from changes
    where largest_change > 0
    group by customer_id
),

months as (
    {{ date_rows('spans', ['customer_id'], 'first_month_start', 'last_month_start', 'month') }}
),

running_months as (
    select
        months.customer_id,
        months.date_at as month_start,
        passing_purchases.purchase_date as passing_purchase_date,
        max(changes.counted_purchase_date) over (
            partition by months.customer_id
            order by months.date_at
            rows between unbounded preceding and current row
        ) as counted_purchase_date,
        sum(coalesce(changes.frequency_change, 0)) over (
            partition by months.customer_id
            order by months.date_at
            rows between unbounded preceding and current row
        ) as frequency,
        sum(coalesce(changes.monetary_change, 0)) over (
            partition by months.customer_id
            order by months.date_at
            rows between unbounded preceding and current row
        ) as monetary,
        sum(coalesce(changes.unconverted_change, 0)) over (
            partition by months.customer_id
            order by months.date_at
            rows between unbounded preceding and current row
        ) as unconverted,
        case when coalesce(changes.unconverted_amounts, 0) = 0 then coalesce(changes.monetary_change, 0) end
            as monetary_change
    from months
    left join changes
        on months.customer_id = changes.customer_id and months.date_at = changes.month_start
    left join passing_purchases
        on months.customer_id = passing_purchases.customer_id and months.date_at = passing_purchases.month_start
),

final as (
    select
        customer_id,
        month_start,
        {{ month_end('month_start') }} as month_end,
        {{ is_partial_month('month_start') }} as is_partial,
        case
            when passing_purchase_date > counted_purchase_date or counted_purchase_date is null
                then passing_purchase_date
            else counted_purchase_date
        end as last_purchase_date,
        cast(frequency as bigint) as frequency,
        cast(case when unconverted = 0 then monetary end as decimal(18, 4)) as monetary,
        cast(monetary_change as decimal(18, 4)) as monetary_change
    from running_months
)

select * from final
