-- Invoices that were sent: drafts and voids are marked, money in major units of the invoice's currency.
with invoices as (
    select * from {{ ref('stg_stripe__invoice') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'stripe' and source_table = 'invoice'
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
        invoices.due_at
    from invoices
    left join orphans
        on invoices.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
