-- Recurring revenue of each customer on as_of_date, and what moved it in the last twelve months.
with months as (
    select * from {{ ref('int_mrr__months') }}
),

movements as (
    select * from {{ ref('int_mrr__movements') }}
),

monthly as (
    select
        *,
        month_end > {{ dbt.dateadd('month', -12, as_of_date()) }} as is_recent
    from months
),

totals as (
    select
        customer_id,
        {{ sum_if_known('(case when month_end = ' ~ as_of_date() ~ ' then closing_reporting else 0 end)') }} as mrr,
        {{ sum_if_known('(case when is_recent then new_reporting else 0 end)') }} as new_mrr_12m,
        {{ sum_if_known('(case when is_recent then expansion_reporting else 0 end)') }} as expansion_mrr_12m,
        {{ sum_if_known('(case when is_recent then -contraction_reporting else 0 end)') }} as contraction_mrr_12m,
        {{ sum_if_known('(case when is_recent then -churn_reporting else 0 end)') }} as churned_mrr_12m,
        {{ sum_if_known('(case when is_recent then reactivation_reporting else 0 end)') }} as reactivation_mrr_12m,
        {{ sum_if_known('(case when is_recent then fx_reporting else 0 end)') }} as fx_mrr_12m
    from monthly
    group by customer_id
),

lives as (
    select
        customer_id,
        min(case when movement_kind = 'new' then movement_date end) as first_mrr_date,
        max(case when is_start_or_end then movement_date end) as last_turn_date,
        max(case when movement_kind = 'churn' then movement_date end) as last_churn_date
    from movements
    group by customer_id
),

turns as (
    select
        customer_id,
        first_mrr_date,
        -- the last turn of a customer who is gone is the churn
        case when last_turn_date = last_churn_date then last_churn_date end as churn_date,
        case when last_turn_date = last_churn_date then last_churn_date else {{ as_of_date() }} end as last_mrr_date
    from lives
),

final as (
    select
        totals.customer_id,
        totals.mrr,
        turns.first_mrr_date,
        turns.churn_date,
        {{ whole_months('turns.first_mrr_date', 'turns.last_mrr_date') }} as tenure_months,
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
