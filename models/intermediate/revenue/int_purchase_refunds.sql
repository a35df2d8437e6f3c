-- What was given back of each purchase, by day, at the rate of the purchase: it takes off what the purchase was worth.
-- In the reporting currency a day is worth what the rest of the purchase lost: the days add up to int_purchases.
with purchases as (
    select * from {{ ref('int_purchases') }} where refund_count > 0
),

refunds as (
    select * from {{ ref('int_payments') }} where payment_kind in ('refund', 'credit')
),

days as (
    select
        coalesce(invoice_key, refunded_payment_key) as purchase_key,
        currency,
        {{ to_reporting_date('occurred_at') }} as refund_date,
        count(*) as refund_count,
        cast(-sum(amount) as decimal(18, 4)) as amount
    from refunds
    group by coalesce(invoice_key, refunded_payment_key), currency, {{ to_reporting_date('occurred_at') }}
),

running as (
    select
        days.purchase_key,
        days.currency,
        purchases.customer_id,
        days.refund_date,
        days.refund_count,
        days.amount,
        purchases.rate,
        cast(purchases.amount - sum(days.amount) over (
            partition by days.purchase_key, days.currency
            order by days.refund_date
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as amount_left
    from days
    inner join purchases
        on days.purchase_key = purchases.purchase_key and days.currency = purchases.currency
),

final as (
    select
        purchase_key,
        customer_id,
        refund_date,
        refund_count,
        currency,
        amount,
        rate,
        cast(
            {{ in_reporting_currency('(amount_left + amount)', 'currency', 'rate') }}
            - {{ in_reporting_currency('amount_left', 'currency', 'rate') }}
            as decimal(18, 4)
        ) as amount_reporting
    from running
)

select * from final
