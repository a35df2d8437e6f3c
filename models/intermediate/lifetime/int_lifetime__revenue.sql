-- What customers have paid, refunds and tax taken off: the tax of a payment is its share of the invoice's.
with purchases as (
    select * from {{ ref('int_purchases') }}
),

invoices as (
    select
        invoice_key,
        case
            when total > 0 then cast(total - coalesce(tax, 0) as double) / cast(total as double)
            else 1
        end as untaxed_share
    from {{ ref('int_invoices') }}
),

final as (
    select
        purchases.purchase_key,
        purchases.currency,
        purchases.customer_id,
        purchases.purchase_date,
        purchases.is_one_off,
        purchases.net_amount,
        {{ to_smallest_unit(
            'cast(purchases.net_amount_reporting as double) * coalesce(invoices.untaxed_share, 1)', 0.01
        ) }} as revenue
    from purchases
    left join invoices
        on purchases.invoice_key = invoices.invoice_key
)

select * from final
