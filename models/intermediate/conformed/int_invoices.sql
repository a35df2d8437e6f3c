-- Invoices that were sent: drafts and voids are marked, money in major units of the invoice's currency.
with invoices as (
    select * from {{ ref('stg_stripe__invoice') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'stripe' and source_table = 'invoice'
),

-- an invoice is overwritten in place: what has no date of its own is only believed of a row delivered by as_of_date
believed as (
    select
        *,
        coalesce(delivered_at < {{ as_of_end() }}, true) as is_state_known,
        invoice_status = 'paid' or (is_paid and invoice_status in ('open', 'uncollectible')) as is_settled
    from invoices
),

dated as (
    select
        *,
        case
            when is_settled and paid_at < {{ as_of_end() }} then paid_at
            when is_settled and paid_at is null and is_state_known then created_at
        end as settled_at
    from believed
),

final as (
    select
        {{ record_key('stripe', 'invoice', 'invoices.invoice_id') }} as invoice_key,
        'stripe' as source_system,
        invoices.invoice_id as source_id,
        {{ record_key('stripe', 'customer', 'invoices.stripe_customer_id') }} as account_key,
        {{ record_key('stripe', 'subscription', 'invoices.subscription_id') }} as subscription_key,
        invoices.invoice_number,
        invoices.invoice_status,
        invoices.invoice_status in ('open', 'paid', 'uncollectible') as is_final,
        invoices.billing_reason,
        invoices.currency,
        invoices.subtotal,
        invoices.tax,
        invoices.total,
        invoices.amount_due,
        invoices.created_at as invoiced_at,
        invoices.due_at,
        invoices.settled_at as paid_at,
        case when invoices.settled_at is not null or invoices.is_state_known then invoices.amount_paid end
            as amount_paid,
        -- a balance, too, pays what is billed; what a credit note took off before the payment never had to be paid
        case
            when invoices.settled_at is not null
                then coalesce(invoices.total - coalesce(invoices.pre_payment_credit_amount, 0), invoices.amount_paid)
            when not coalesce(invoices.is_settled, false) and invoices.is_state_known then invoices.amount_paid
        end as paid_amount,
        case when invoices.is_state_known then invoices.post_payment_credit_amount end as credited_amount
    from dated as invoices
    left join orphans
        on invoices.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
