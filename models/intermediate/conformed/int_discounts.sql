-- Discounts of final invoices, one row each: of a line (grain line), of a line that is not there (absent_line), or of
-- all of the invoice (invoice). A coupon that is attached to a subscription or customer is an invoice's by its dates;
-- it has no amount then, and says only whether what the invoice's total leaves open ends some day.
with discounts as (
    select
        *,
        -- the same coupon of an invoice may be delivered for its lines, for itself and for its customer
        coalesce(coupon_id, discount_id) as discount_name
    from {{ ref('stg_stripe__discount') }}
    where row_status = 'used'
),

coupons as (
    select * from {{ ref('stg_stripe__coupon') }} where row_status in ('used', 'deleted')
),

invoices as (
    select * from {{ ref('int_invoices') }} where is_final and source_system = 'stripe'
),

invoice_owners as (
    select source_id as invoice_id, invoiced_at, subscription_key as owner_key from invoices
    union all
    select source_id as invoice_id, invoiced_at, account_key as owner_key from invoices
),

lines as (
    select * from {{ ref('stg_stripe__invoice_line_item') }} where row_status = 'used'
),

-- a discount names its line by one of these; a name that several lines share tells none of them
line_names as (
    select
        invoice_id,
        line_name,
        min(raw_key) as line_raw_key,
        count(*) as line_count
    from (
        select invoice_id, raw_key, line_id as line_name from lines
        union
        select invoice_id, raw_key, unique_id as line_name from lines where unique_id is not null
        union
        select invoice_id, raw_key, invoice_item_id as line_name from lines where invoice_item_id is not null
    ) as names
    group by invoice_id, line_name
),

on_lines as (
    select
        discounts.*,
        line_names.line_raw_key,
        coalesce(line_names.line_count, 0) as line_count
    from discounts
    left join line_names
        on discounts.invoice_id = line_names.invoice_id and discounts.discounted_id = line_names.line_name
    where discounts.discounted_type in ('invoice_line_item', 'invoice_item')
),

placed as (
    select
        invoice_id,
        discount_id,
        discount_name,
        coupon_id,
        discounted_type,
        case line_count when 1 then 'line' when 0 then 'absent_line' else 'invoice' end as grain,
        case when line_count = 1 then line_raw_key end as line_raw_key,
        amount_minor_units
    from on_lines
    where invoice_id is not null
    union all
    select
        coalesce(invoice_id, discounted_id) as invoice_id,
        discount_id,
        discount_name,
        coupon_id,
        discounted_type,
        'invoice' as grain,
        cast(null as {{ dbt.type_string() }}) as line_raw_key,
        amount_minor_units
    from discounts
    where discounted_type = 'invoice' or (discounted_type in ('subscription', 'customer') and invoice_id is not null)
    union all
    select
        invoice_owners.invoice_id,
        discounts.discount_id,
        discounts.discount_name,
        discounts.coupon_id,
        discounts.discounted_type,
        'invoice' as grain,
        cast(null as {{ dbt.type_string() }}) as line_raw_key,
        cast(null as bigint) as amount_minor_units
    from discounts
    inner join invoice_owners
        on {{ record_key('stripe', "' || discounts.discounted_type || '", 'discounts.discounted_id') }}
            = invoice_owners.owner_key
    where
        discounts.discounted_type in ('subscription', 'customer')
        and discounts.invoice_id is null
        and invoice_owners.invoiced_at >= coalesce(discounts.starts_at, invoice_owners.invoiced_at)
        and (discounts.ends_at is null or invoice_owners.invoiced_at < discounts.ends_at)
),

final as (
    select
        invoices.invoice_key,
        placed.discount_id,
        placed.discount_name,
        placed.discounted_type,
        placed.grain,
        placed.line_raw_key,
        placed.amount_minor_units,
        coalesce(coupons.duration = 'forever', false) as is_lasting
    from placed
    inner join invoices
        on placed.invoice_id = invoices.source_id
    left join coupons
        on placed.coupon_id = coupons.coupon_id
)

select * from final
