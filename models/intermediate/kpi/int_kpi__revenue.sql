-- Sums of recurring revenue by month and segment. Money that no exchange rate converts is in none of them, nor are its
-- customers in the counts that go with money.
with facts as (
    select
        customer_id,
        month_end,
        mrr,
        arr,
        opening_mrr,
        retained_mrr,
        gross_retained_mrr,
        case when is_active then 1 else 0 end as active_customers,
        case when is_active and mrr is not null then 1 else 0 end as converted_customers,
        case when was_active then 1 else 0 end as opening_customers,
        case when was_active and opening_mrr is not null and mrr is not null then 1 else 0 end
            as converted_opening_customers,
        case when was_active and not is_active then 1 else 0 end as churned_customers,
        new_mrr + expansion_mrr + reactivation_mrr as won_mrr,
        churned_mrr + contraction_mrr as lost_mrr
    from {{ ref('mrr_customer_months') }}
),

segmented as (
    {{ with_segments('facts') }}
),

final as (
    {{ kpi_segment_sums('segmented', [
        'mrr', 'arr', 'opening_mrr', 'retained_mrr', 'gross_retained_mrr', 'active_customers', 'converted_customers',
        'opening_customers', 'converted_opening_customers', 'churned_customers', 'won_mrr', 'lost_mrr',
    ]) }}
)

select * from final
