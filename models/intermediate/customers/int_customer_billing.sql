-- What billing knows of each customer: subscriptions, invoices, payments. Plan, seats and revenue are the marts'.
with subscriptions as (
    {{ with_customer('int_subscriptions', person_key=none) }}
),

invoices as (
    {{ with_customer('int_invoices', person_key=none) }}
),

payments as (
    {{ with_customer('int_payments', person_key=none) }}
),

subscription_totals as (
    select
        customer_id,
        count(*) as subscription_count,
        count(case when subscription_status in ('active', 'past_due') then 1 end) as active_subscription_count,
        min(started_at) as first_subscription_at,
        max(ended_at) as last_subscription_ended_at
    from subscriptions
    where customer_id is not null
    group by customer_id
),

invoice_totals as (
    select
        customer_id,
        count(*) as invoice_count,
        min(invoiced_at) as first_invoice_at,
        max(invoiced_at) as last_invoice_at
    from invoices
    where customer_id is not null and is_final
    group by customer_id
),

payment_totals as (
    select
        customer_id,
        count(case when payment_kind = 'payment' then 1 end) as payment_count,
        count(case when payment_kind = 'failed_payment' then 1 end) as failed_payment_count,
        count(case when payment_kind = 'refund' then 1 end) as refund_count,
        min(case when payment_kind = 'payment' then occurred_at end) as first_payment_at,
        max(case when payment_kind = 'payment' then occurred_at end) as last_payment_at,
        max(case when payment_kind = 'failed_payment' then occurred_at end) as last_failed_payment_at
    from payments
    where customer_id is not null
    group by customer_id
),

customers as (
    select customer_id from subscription_totals
    union
    select customer_id from invoice_totals
    union
    select customer_id from payment_totals
),

final as (
    select
        customers.customer_id,
        coalesce(subscription_totals.subscription_count, 0) as subscription_count,
        coalesce(subscription_totals.active_subscription_count, 0) as active_subscription_count,
        subscription_totals.first_subscription_at,
        subscription_totals.last_subscription_ended_at,
        coalesce(invoice_totals.invoice_count, 0) as invoice_count,
        invoice_totals.first_invoice_at,
        invoice_totals.last_invoice_at,
        coalesce(payment_totals.payment_count, 0) as payment_count,
        coalesce(payment_totals.failed_payment_count, 0) as failed_payment_count,
        coalesce(payment_totals.refund_count, 0) as refund_count,
        payment_totals.first_payment_at,
        payment_totals.last_payment_at,
        payment_totals.last_failed_payment_at
    from customers
    left join subscription_totals
        on customers.customer_id = subscription_totals.customer_id
    left join invoice_totals
        on customers.customer_id = invoice_totals.customer_id
    left join payment_totals
        on customers.customer_id = payment_totals.customer_id
)

select * from final
