-- Paid purchases: all payments of one invoice together, and what was given back of them by as_of_date, in money or as
-- credit. A payment without an invoice stands alone. Two currencies on one invoice, which no tool should deliver, are
-- two rows.
with payments as (
    {{ with_customer('int_payments', person_key=none) }}
),

exchange_rates as (
    select * from {{ ref('int_exchange_rates') }}
),

invoices_with_a_plan as (
    select distinct invoice_key from {{ ref('int_invoice_lines') }} where is_recurring
),

-- what was given back leads to its purchase through the payment that it gives back
purchases as (
    select
        coalesce(invoice_key, refunded_payment_key, payment_key) as purchase_key,
        currency,
        max(invoice_key) as invoice_key,
        min(case when payment_kind = 'payment' then customer_id end) as customer_id,
        min(case when payment_kind = 'payment' then occurred_at end) as purchased_at,
        count(case when payment_kind = 'payment' then 1 end) as payment_count,
        count(case when payment_kind in ('refund', 'credit') then 1 end) as refund_count,
        sum(case when payment_kind = 'payment' then amount else 0 end) as amount,
        sum(case when payment_kind in ('refund', 'credit') then -amount else 0 end) as refunded_amount
    from payments
    where payment_kind in ('payment', 'refund', 'credit')
    group by coalesce(invoice_key, refunded_payment_key, payment_key), currency
),

paid as (
    select
        purchase_key,
        currency,
        invoice_key,
        customer_id,
        purchased_at,
        {{ to_reporting_date('purchased_at') }} as purchase_date,
        payment_count,
        refund_count,
        cast(amount as decimal(18, 4)) as amount,
        cast(refunded_amount as decimal(18, 4)) as refunded_amount
    from purchases
    where payment_count > 0
),

converted as (
    select
        paid.purchase_key,
        paid.invoice_key,
        paid.customer_id,
        paid.purchased_at,
        paid.purchase_date,
        invoices_with_a_plan.invoice_key is null as is_one_off,
        paid.payment_count,
        paid.refund_count,
        paid.currency,
        paid.amount,
        paid.refunded_amount,
        cast(paid.amount - paid.refunded_amount as decimal(18, 4)) as net_amount,
        exchange_rates.rate,
        {{ in_reporting_currency('paid.amount', 'paid.currency', 'exchange_rates.rate') }} as amount_reporting,
        {{ in_reporting_currency('(paid.amount - paid.refunded_amount)', 'paid.currency', 'exchange_rates.rate') }}
            as net_amount_reporting
    from paid
    left join invoices_with_a_plan
        on paid.invoice_key = invoices_with_a_plan.invoice_key
    left join exchange_rates
        on paid.currency = exchange_rates.currency and paid.purchase_date = exchange_rates.rate_date
),

final as (
    select
        *,
        cast(amount_reporting - net_amount_reporting as decimal(18, 4)) as refunded_amount_reporting
    from converted
)

select * from final
