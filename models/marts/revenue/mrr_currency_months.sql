-- The bridge of recurring revenue by month in each currency's own money: no exchange rate touches it.
with months as (
    select * from {{ ref('int_mrr__months') }}
),

final as (
    select
        month_end,
        currency,
        {{ dbt.bool_or('is_partial') }} as is_partial,
        cast(sum(opening_mrr) as decimal(18, 4)) as opening_mrr,
        cast(sum(new_mrr) as decimal(18, 4)) as new_mrr,
        cast(sum(expansion_mrr) as decimal(18, 4)) as expansion_mrr,
        cast(-sum(contraction_mrr) as decimal(18, 4)) as contraction_mrr,
        cast(-sum(churn_mrr) as decimal(18, 4)) as churned_mrr,
        cast(sum(reactivation_mrr) as decimal(18, 4)) as reactivation_mrr,
        cast(sum(closing_mrr) as decimal(18, 4)) as closing_mrr,
        cast(count(case when closing_mrr > 0 then 1 end) as bigint) as closing_customers
    from months
    group by month_end, currency
)

select * from final
