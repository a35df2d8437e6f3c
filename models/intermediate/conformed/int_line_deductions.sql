-- What was taken off each line of a final invoice, in smallest units: its own discounts, its share of the discounts of
-- the whole invoice, and its share of the tax within the prices. Shares are by what is left of the lines' amounts.
with lines as (
    select * from {{ ref('stg_stripe__invoice_line_item') }} where row_status = 'used'
),

deductions as (
    select * from {{ ref('int_invoice_deductions') }}
),

line_discounts as (
    select
        line_raw_key,
        sum(coalesce(amount_minor_units, 0)) as own_units,
        sum(case when is_lasting then coalesce(amount_minor_units, 0) else 0 end) as own_lasting_units
    from {{ ref('int_discounts') }}
    where grain = 'line'
    group by line_raw_key
),

in_units as (
    select
        deductions.invoice_key,
        lines.raw_key,
        {{ in_smallest_units('lines.amount', 'deductions.minor_unit') }} as units,
        coalesce(line_discounts.own_units, 0) as own_units,
        coalesce(line_discounts.own_lasting_units, 0) as own_lasting_units,
        lines.is_excluded_from_discounts
    from lines
    inner join deductions
        on {{ record_key('stripe', 'invoice', 'lines.invoice_id') }} = deductions.invoice_key
    left join line_discounts
        on lines.raw_key = line_discounts.line_raw_key
    union all
    -- what has not come yet bears its share as one more line
    select
        invoice_key,
        cast(null as {{ dbt.type_string() }}) as raw_key,
        missing_units as units,
        0 as own_units,
        0 as own_lasting_units,
        false as is_excluded_from_discounts
    from deductions
    where missing_units > 0
),

-- credits and what is excluded from discounts bear none
weighed as (
    select
        *,
        case when units > 0 and not is_excluded_from_discounts then greatest(units - own_units, 0) else 0 end as weight
    from in_units
),

totalled as (
    select
        *,
        cast(sum(weight) over (partition by invoice_key) as bigint) as weights
    from weighed
),

shared as (
    select
        totalled.*,
        deductions.inclusive_tax_units,
        deductions.minor_unit,
        least(deductions.discount_units, totalled.weights) as discount_units,
        deductions.lasting_units = deductions.discount_units as is_all_lasting,
        {{ share_of('least(deductions.discount_units, totalled.weights)', 'totalled.weight', 'totalled.weights') }}
            as share,
        {{ share_rest('least(deductions.discount_units, totalled.weights)', 'totalled.weight', 'totalled.weights') }}
            as rest,
        {{ share_of('least(deductions.lasting_units, totalled.weights)', 'totalled.weight', 'totalled.weights') }}
            as lasting_share
    from totalled
    inner join deductions
        on totalled.invoice_key = deductions.invoice_key
),

discounted as (
    select
        *,
        share + case
            when
                row_number() over (partition by invoice_key order by rest desc, weight desc, raw_key asc nulls last)
                <= discount_units - sum(share) over (partition by invoice_key)
                then 1
            else 0
        end as share_units
    from shared
),

-- a credit gives its tax back: here weights have their sign
tax_weighed as (
    select
        *,
        units - own_units - share_units as tax_weight,
        cast(sum(units - own_units - share_units) over (partition by invoice_key) as bigint) as tax_weights
    from discounted
),

tax_shared as (
    select
        *,
        {{ share_of('inclusive_tax_units', 'tax_weight', 'tax_weights') }} as tax_share,
        {{ share_rest('inclusive_tax_units', 'tax_weight', 'tax_weights') }} as tax_rest
    from tax_weighed
),

taxed as (
    select
        *,
        tax_share + case
            when
                tax_weights <> 0
                and row_number() over (
                    partition by invoice_key order by tax_rest desc, units desc, raw_key asc nulls last
                ) <= inclusive_tax_units - sum(tax_share) over (partition by invoice_key)
                then 1
            else 0
        end as tax_units
    from tax_shared
),

final as (
    select
        raw_key as line_raw_key,
        minor_unit,
        own_units + share_units as discount_units,
        own_lasting_units + case when is_all_lasting then share_units else least(lasting_share, share_units) end
            as lasting_units,
        tax_units as inclusive_tax_units
    from taxed
    where raw_key is not null
)

select * from final
