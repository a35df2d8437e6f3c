-- What customers have paid, refunds and tax taken off: the tax of a payment is its share of the invoice's.
with purchases as (
    select * from {{ ref('int_purchases') }}
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

final as (
    select
        purchases.purchase_key,
        purchases.currency,
        purchases.customer_id,
        purchases.purchase_date,
        purchases.is_one_off,
        cast(round(
            cast(purchases.net_amount_reporting as double)
            * case
                when invoices.total > 0
                    then cast(invoices.total - coalesce(invoices.tax, 0) as double) / cast(invoices.total as double)
                else 1
            end,
            2
        ) as decimal(18, 4)) as revenue
    from purchases
    left join invoices
        on purchases.invoice_key = invoices.invoice_key
)

select * from final
