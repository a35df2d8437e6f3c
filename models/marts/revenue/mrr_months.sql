-- The bridge of recurring revenue by month, in the reporting currency, and the retention figures that follow from it.
-- Customers whose revenue no exchange rate converts are counted, but their money is not in it.
with customer_months as (
    select * from {{ ref('mrr_customer_months') }}
),

renewals as (
    select * from {{ ref('int_mrr__renewals') }}
),

bridge as (
    select
        month_end,
        {{ dbt.bool_or('is_partial') }} as is_partial,
        coalesce(sum(opening_mrr), 0) as opening_mrr,
        coalesce(sum(new_mrr), 0) as new_mrr,
        coalesce(sum(expansion_mrr), 0) as expansion_mrr,
        coalesce(sum(contraction_mrr), 0) as contraction_mrr,
        coalesce(sum(churned_mrr), 0) as churned_mrr,
        coalesce(sum(reactivation_mrr), 0) as reactivation_mrr,
        coalesce(sum(fx_mrr), 0) as fx_mrr,
        sum(coalesce(churned_mrr, 0) + coalesce(contraction_mrr, 0)) as lost_mrr,
        sum(coalesce(new_mrr, 0) + coalesce(expansion_mrr, 0) + coalesce(reactivation_mrr, 0)) as won_mrr,
        coalesce(sum(mrr), 0) as closing_mrr,
        count(case when mrr is null then 1 end) as unconverted_customers,
        count(case when is_active and mrr is not null then 1 end) as converted_customers,
        sum(case when opening_mrr > 0 then retained_mrr else 0 end) as retained_mrr,
        sum(case when opening_mrr > 0 then gross_retained_mrr else 0 end) as gross_retained_mrr,
        count(case when was_active then 1 end) as opening_customers,
        count(case when is_active and not was_active and is_new then 1 end) as new_customers,
        count(case when is_active and not was_active and not is_new then 1 end) as reactivated_customers,
        count(case when was_active and not is_active then 1 end) as churned_customers,
        count(case when not was_active and not is_active and is_new then 1 end) as new_and_lost_customers,
        count(case when is_active then 1 end) as closing_customers
    from customer_months
    group by month_end
),

monthly_renewals as (
    select
        {{ month_end('due_date') }} as month_end,
        sum(due_count) as renewals_due,
        sum(due_reporting) as renewal_due_mrr,
        sum(renewed_reporting) as renewed_mrr
    from renewals
    group by {{ month_end('due_date') }}
),

final as (
    select
        bridge.month_end,
        bridge.is_partial,
        cast(bridge.opening_mrr as decimal(18, 4)) as opening_mrr,
        cast(bridge.new_mrr as decimal(18, 4)) as new_mrr,
        cast(bridge.expansion_mrr as decimal(18, 4)) as expansion_mrr,
        cast(bridge.contraction_mrr as decimal(18, 4)) as contraction_mrr,
        cast(bridge.churned_mrr as decimal(18, 4)) as churned_mrr,
        cast(bridge.reactivation_mrr as decimal(18, 4)) as reactivation_mrr,
        cast(bridge.fx_mrr as decimal(18, 4)) as fx_mrr,
        cast(bridge.closing_mrr as decimal(18, 4)) as closing_mrr,
        cast(bridge.closing_mrr * 12 as decimal(18, 4)) as closing_arr,
        cast(bridge.opening_customers as bigint) as opening_customers,
        cast(bridge.new_customers as bigint) as new_customers,
        cast(bridge.reactivated_customers as bigint) as reactivated_customers,
        cast(bridge.churned_customers as bigint) as churned_customers,
        cast(bridge.closing_customers as bigint) as closing_customers,
        cast(bridge.new_and_lost_customers as bigint) as new_and_lost_customers,
        cast(bridge.churned_customers as double) / nullif(bridge.opening_customers, 0) as logo_churn_rate,
        cast(bridge.retained_mrr as decimal(18, 4)) as retained_mrr,
        cast(bridge.gross_retained_mrr as decimal(18, 4)) as gross_retained_mrr,
        cast(bridge.retained_mrr as double) / nullif(cast(bridge.opening_mrr as double), 0) as nrr,
        cast(bridge.gross_retained_mrr as double) / nullif(cast(bridge.opening_mrr as double), 0) as grr,
        cast(bridge.lost_mrr as double) / nullif(cast(bridge.opening_mrr as double), 0) as gross_mrr_churn_rate,
        cast(bridge.lost_mrr - bridge.expansion_mrr - bridge.reactivation_mrr as double)
        / nullif(cast(bridge.opening_mrr as double), 0) as net_mrr_churn_rate,
        cast(bridge.won_mrr as double) / nullif(cast(bridge.lost_mrr as double), 0) as quick_ratio,
        case
            when bridge.lost_mrr <> 0 then 'ok'
            when bridge.won_mrr > 0 then 'nothing_lost'
            else 'nothing_moved'
        end as quick_ratio_status,
        cast(bridge.closing_mrr as double) / nullif(bridge.converted_customers, 0) as arpa,
        cast(coalesce(monthly_renewals.renewals_due, 0) as bigint) as renewals_due,
        cast(coalesce(monthly_renewals.renewal_due_mrr, 0) as decimal(18, 4)) as renewal_due_mrr,
        cast(coalesce(monthly_renewals.renewed_mrr, 0) as decimal(18, 4)) as renewed_mrr,
        cast(monthly_renewals.renewed_mrr as double)
        / nullif(cast(monthly_renewals.renewal_due_mrr as double), 0) as renewal_rate,
        cast(bridge.unconverted_customers as bigint) as unconverted_customers
    from bridge
    left join monthly_renewals
        on bridge.month_end = monthly_renewals.month_end
)

select * from final
