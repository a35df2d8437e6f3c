-- Lines of final invoices with what was taken off them. A line is recurring when it belongs to a plan.
with lines as (
    select * from {{ ref('stg_stripe__invoice_line_item') }} where row_status = 'used'
),

invoices as (
    select * from {{ ref('int_invoices') }} where is_final
),

coupons as (
    select * from {{ ref('stg_stripe__coupon') }} where row_status in ('used', 'deleted')
),

line_discounts as (
    select * from {{ ref('stg_stripe__discount') }}
    where row_status = 'used' and discounted_type = 'invoice_line_item'
),

discounts as (
    select
        line_discounts.discounted_id as line_id,
        line_discounts.invoice_id,
        sum(line_discounts.amount_minor_units) as discount_minor_units,
        sum(case when coupons.duration = 'forever' then line_discounts.amount_minor_units else 0 end)
            as lasting_discount_minor_units
    from line_discounts
    left join coupons
        on line_discounts.coupon_id = coupons.coupon_id
    group by line_discounts.discounted_id, line_discounts.invoice_id
),

currencies as (
    select * from {{ ref('currencies') }}
),

plans as (
    select * from {{ ref('stg_stripe__plan') }} where row_status in ('used', 'deleted')
),

products as (
    select * from {{ ref('stg_stripe__product') }} where row_status in ('used', 'deleted')
),

-- a discount row has no currency of its own: it is in that of the line
discounted_lines as (
    select
        lines.*,
        cast(coalesce(discounts.discount_minor_units, 0) * currencies.minor_unit as decimal(18, 4)) as discount_amount,
        cast(coalesce(discounts.lasting_discount_minor_units, 0) * currencies.minor_unit as decimal(18, 4))
            as lasting_discount_amount
    from lines
    left join currencies
        on lines.currency = currencies.currency
    left join discounts
        on lines.line_id = discounts.line_id and lines.invoice_id = discounts.invoice_id
),

final as (
    select
        {{ record_key('stripe', 'invoice_line_item', 'discounted_lines.raw_key') }} as invoice_line_key,
        'stripe' as source_system,
        discounted_lines.raw_key as source_id,
        invoices.invoice_key,
        invoices.account_key,
        {{ record_key('stripe', 'subscription', 'discounted_lines.subscription_id') }} as subscription_key,
        discounted_lines.line_type,
        discounted_lines.plan_id is not null as is_recurring,
        coalesce(discounted_lines.is_proration, false) as is_proration,
        discounted_lines.plan_id,
        coalesce(plans.plan_name, products.product_name, discounted_lines.plan_id) as plan_name,
        products.product_name,
        plans.billing_interval as plan_interval,
        plans.interval_count,
        plans.usage_type,
        plans.amount as plan_price,
        discounted_lines.quantity,
        discounted_lines.currency,
        discounted_lines.amount,
        discounted_lines.discount_amount,
        discounted_lines.lasting_discount_amount,
        cast(discounted_lines.amount - discounted_lines.discount_amount as decimal(18, 4)) as net_amount,
        invoices.invoiced_at,
        discounted_lines.period_start_at,
        discounted_lines.period_end_at
    from discounted_lines
    inner join invoices
        on {{ record_key('stripe', 'invoice', 'discounted_lines.invoice_id') }} = invoices.invoice_key
    left join plans
        on discounted_lines.plan_id = plans.plan_id
    left join products
        on plans.product_id = products.product_id
)

select * from final
