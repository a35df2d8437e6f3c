-- Lines of final invoices with what was taken off them. A line is recurring when it belongs to a plan, to a price that
-- recurs, or to an item of a subscription whose price nobody delivered: then its service period says what it recurs by.
with lines as (
    select * from {{ ref('stg_stripe__invoice_line_item') }} where row_status = 'used'
),

deductions as (
    select * from {{ ref('int_line_deductions') }}
),

invoices as (
    select * from {{ ref('int_invoices') }} where is_final
),

items as (
    select * from {{ ref('stg_stripe__subscription_item') }} where row_status = 'used'
),

plans as (
    select * from {{ ref('int_plans') }}
),

-- the item shows the plan of today; it is asked only where the line says neither plan nor price
priced_lines as (
    select
        lines.*,
        coalesce(lines.plan_id, lines.price_id, items.plan_id, items.price_id) as billed_plan_id,
        coalesce(lines.plan_id, lines.price_id, items.plan_id, items.price_id, lines.subscription_item_id)
            as billed_id
    from lines
    left join items
        on lines.subscription_item_id = items.subscription_item_id
),

final as (
    select
        {{ record_key('stripe', 'invoice_line_item', 'priced_lines.raw_key') }} as invoice_line_key,
        'stripe' as source_system,
        priced_lines.raw_key as source_id,
        invoices.invoice_key,
        invoices.account_key,
        {{ record_key('stripe', 'subscription', 'priced_lines.subscription_id') }} as subscription_key,
        priced_lines.line_type,
        case
            when plans.plan_id is not null then plans.is_recurring
            else priced_lines.plan_id is not null
                or priced_lines.subscription_item_id is not null
                or (priced_lines.price_id is not null and coalesce(priced_lines.line_type, '') <> 'invoiceitem')
        end as is_recurring,
        coalesce(priced_lines.is_proration, false) as is_proration,
        priced_lines.billed_id as plan_id,
        coalesce(plans.plan_name, priced_lines.billed_id) as plan_name,
        plans.product_name,
        plans.plan_interval,
        plans.interval_count,
        plans.usage_type,
        case when plans.currency = priced_lines.currency then plans.unit_price end as plan_price,
        priced_lines.quantity,
        priced_lines.currency,
        priced_lines.amount,
        {{ in_major_units('deductions.discount_units', 'deductions.minor_unit') }} as discount_amount,
        {{ in_major_units('deductions.lasting_units', 'deductions.minor_unit') }} as lasting_discount_amount,
        {{ in_major_units('deductions.inclusive_tax_units', 'deductions.minor_unit') }} as inclusive_tax_amount,
        cast(priced_lines.amount - {{ in_major_units(
            'deductions.discount_units + deductions.inclusive_tax_units', 'deductions.minor_unit'
        ) }} as decimal(18, 4)) as net_amount,
        invoices.invoiced_at,
        priced_lines.period_start_at,
        priced_lines.period_end_at
    from priced_lines
    inner join deductions
        on priced_lines.raw_key = deductions.line_raw_key
    inner join invoices
        on {{ record_key('stripe', 'invoice', 'priced_lines.invoice_id') }} = invoices.invoice_key
    left join plans
        on priced_lines.billed_plan_id = plans.plan_id
)

select * from final
