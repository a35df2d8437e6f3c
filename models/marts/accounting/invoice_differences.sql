-- Invoices that do not add up: lines after discounts plus tax are something else than the total. Nothing is listed
-- where the tool does not say the total.
with invoices as (
    {{ with_customer('int_invoices', person_key=none) }}
),

lines as (
    select * from {{ ref('int_invoice_lines') }}
),

deductions as (
    select * from {{ ref('int_invoice_deductions') }}
),

line_totals as (
    select
        invoice_key,
        sum(case when is_recurring then net_amount else 0 end) as recurring_amount,
        sum(case when is_recurring then 0 else net_amount end) as one_off_amount,
        sum(discount_amount) as discount_amount
    from lines
    group by invoice_key
),

summed as (
    select
        invoices.invoice_key,
        invoices.customer_id,
        invoices.source_system,
        invoices.source_id,
        invoices.currency,
        {{ to_reporting_date('invoices.invoiced_at') }} as invoiced_on,
        coalesce(line_totals.recurring_amount, 0) as recurring_amount,
        coalesce(line_totals.one_off_amount, 0) as one_off_amount,
        coalesce(invoices.tax, 0) as tax_amount,
        coalesce(line_totals.discount_amount, 0) as discount_amount,
        coalesce(deductions.has_all_lines, false) as has_all_lines,
        invoices.total as total_amount
    from invoices
    left join line_totals
        on invoices.invoice_key = line_totals.invoice_key
    left join deductions
        on invoices.invoice_key = deductions.invoice_key
    where invoices.is_final and invoices.total is not null
),

compared as (
    select
        *,
        total_amount - recurring_amount - one_off_amount - tax_amount as difference
    from summed
),

final as (
    select
        invoice_key,
        customer_id,
        source_system,
        source_id,
        invoiced_on,
        currency,
        cast(recurring_amount as decimal(18, 4)) as recurring_amount,
        cast(one_off_amount as decimal(18, 4)) as one_off_amount,
        cast(tax_amount as decimal(18, 4)) as tax_amount,
        cast(discount_amount as decimal(18, 4)) as discount_amount,
        cast(total_amount as decimal(18, 4)) as total_amount,
        cast(difference as decimal(18, 4)) as difference,
        case
            when not has_all_lines then 'lines_missing'
            when difference < 0 then 'less_than_lines'
            when discount_amount > 0 then 'discounts_above_total'
            else 'more_than_lines'
        end as reason
    from compared
    where difference <> 0
)

select * from final
