-- When the recurring revenue of each customer began and ended, and what moved it in the last twelve months.
with months as (
    select * from {{ ref('mrr_customer_months') }}
),

movements as (
    select * from {{ ref('int_mrr__movements') }}
),

totals as (
    select
        customer_id,
        {{ sum_if_known('new_mrr') }} as new_mrr_12m,
        {{ sum_if_known('expansion_mrr') }} as expansion_mrr_12m,
        {{ sum_if_known('contraction_mrr') }} as contraction_mrr_12m,
        {{ sum_if_known('churned_mrr') }} as churned_mrr_12m,
        {{ sum_if_known('reactivation_mrr') }} as reactivation_mrr_12m,
        {{ sum_if_known('fx_mrr') }} as fx_mrr_12m
    from months
    where month_end > {{ dbt.dateadd('month', -12, as_of_date()) }}
    group by customer_id
),

turns as (
    select
        customer_id,
        min(case when movement_kind = 'new' then movement_date end) as first_mrr_date,
        max(case when is_start_or_end then movement_date end) as last_turn_date,
        max(case when movement_kind = 'churn' then movement_date end) as last_churn_date
    from movements
    group by customer_id
),

final as (
    select
        totals.customer_id,
        turns.first_mrr_date,
        -- the last turn of a customer who is gone is the churn
        case when turns.last_turn_date = turns.last_churn_date then turns.last_churn_date end as churn_date,
        totals.new_mrr_12m,
        totals.expansion_mrr_12m,
        totals.contraction_mrr_12m,
        totals.churned_mrr_12m,
        totals.reactivation_mrr_12m,
        totals.fx_mrr_12m
    from totals
    inner join turns
        on totals.customer_id = turns.customer_id
)

select * from final
