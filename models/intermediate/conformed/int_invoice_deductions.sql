-- What is taken off the lines of each final invoice as a whole, in smallest units: the discounts of the invoice, its
-- subscription or its customer, and tax that is part of the prices. The invoice's own total decides how much that is;
-- only where the tool does not say the total, the discounts do that were delivered.
with lines as (
    select * from {{ ref('stg_stripe__invoice_line_item') }} where row_status = 'used'
),

invoices as (
    select * from {{ ref('int_invoices') }} where is_final and source_system = 'stripe'
),

discounts as (
    select * from {{ ref('int_discounts') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

line_totals as (
    select
        lines.invoice_id,
        sum({{ in_smallest_units('lines.amount', 'currencies.minor_unit') }}) as line_units,
        max(currencies.minor_unit) as minor_unit,
        max(case when lines.is_proration then 1 else 0 end) as has_proration
    from lines
    inner join currencies
        on lines.currency = currencies.currency
    group by lines.invoice_id
),

-- of a coupon that was delivered for lines, for the invoice and for its customer, each part is taken off once
by_type as (
    select
        invoice_key,
        discount_name,
        grain,
        discounted_type,
        sum(coalesce(amount_minor_units, 0)) as units,
        max(case when is_lasting then 1 else 0 end) as is_lasting
    from discounts
    group by invoice_key, discount_name, grain, discounted_type
),

by_name as (
    select
        invoice_key,
        discount_name,
        sum(case when grain = 'line' then units else 0 end) as line_units,
        sum(case when grain = 'absent_line' then units else 0 end) as absent_units,
        greatest(
            max(case when grain = 'invoice' then units else 0 end)
            - sum(case when grain <> 'invoice' then units else 0 end),
            0
        ) as invoice_units,
        max(case when grain <> 'line' then 1 else 0 end) as is_of_invoice,
        max(is_lasting) as is_lasting
    from by_type
    group by invoice_key, discount_name
),

discount_totals as (
    select
        invoice_key,
        sum(line_units) as line_discount_units,
        sum(absent_units) as absent_discount_units,
        sum(invoice_units) as invoice_discount_units,
        sum((invoice_units + absent_units) * is_lasting) as lasting_units,
        max(is_of_invoice * is_lasting) as has_lasting,
        max(is_of_invoice * (1 - is_lasting)) as has_passing
    from by_name
    group by invoice_key
),

in_units as (
    select
        invoices.invoice_key,
        line_totals.minor_unit,
        line_totals.line_units,
        line_totals.has_proration,
        coalesce(discount_totals.line_discount_units, 0) as line_discount_units,
        coalesce(discount_totals.absent_discount_units, 0) as absent_discount_units,
        coalesce(discount_totals.invoice_discount_units, 0) as invoice_discount_units,
        coalesce(discount_totals.lasting_units, 0) as lasting_units,
        coalesce(discount_totals.has_lasting, 0) as has_lasting,
        coalesce(discount_totals.has_passing, 0) as has_passing,
        {{ in_smallest_units('invoices.subtotal', 'line_totals.minor_unit') }} as subtotal_units,
        {{ in_smallest_units('coalesce(invoices.tax, 0)', 'line_totals.minor_unit') }} as tax_units,
        {{ in_smallest_units('invoices.total', 'line_totals.minor_unit') }} as total_units
    from invoices
    inner join line_totals
        on invoices.source_id = line_totals.invoice_id
    left join discount_totals
        on invoices.invoice_key = discount_totals.invoice_key
),

-- The subtotal is before discounts, or after those of single lines. More lines than that is a discount of a line that
-- nobody delivered, but for changes within a period, of which the credit may still be on its way.
compared as (
    select
        *,
        subtotal_units is null
        or subtotal_units in (
            line_units, line_units - line_discount_units, line_units - line_discount_units - absent_discount_units
        )
        or (subtotal_units < line_units and has_proration = 0) as has_all_lines
    from in_units
),

-- a discount whose line is not there is that of a line to come, or else of those that came under other ids
opened as (
    select
        *,
        invoice_discount_units
        + case when has_all_lines and total_units is not null then absent_discount_units else 0 end as known_units,
        case
            when total_units is null then invoice_discount_units
            when has_all_lines then line_units + tax_units - total_units - line_discount_units
            else subtotal_units + tax_units - total_units - line_discount_units - absent_discount_units
        end as open_units
    from compared
),

-- tax that is part of the prices is what the total leaves open next to the known discounts, to the unit
taxed as (
    select
        *,
        case
            when
                total_units is not null
                and open_units <> known_units
                and open_units in (known_units + tax_units, tax_units)
                then tax_units
            else 0
        end as inclusive_tax_units
    from opened
),

final as (
    select
        invoice_key,
        minor_unit,
        has_all_lines,
        -- lines that have not come yet bear their part
        cast(case when has_all_lines then 0 else greatest(subtotal_units - line_units, 0) end as bigint)
            as missing_units,
        cast(greatest(open_units - inclusive_tax_units, 0) as bigint) as discount_units,
        cast(case
            when has_lasting = 1 and has_passing = 0 then greatest(open_units - inclusive_tax_units, 0)
            else least(greatest(open_units - inclusive_tax_units, 0), lasting_units)
        end as bigint) as lasting_units,
        inclusive_tax_units
    from taxed
)

select * from final
