-- What a customer of each segment costs and leaves over. A segment without a row of its own has the row `overall`; so
-- has `none`, which stands for customers without a plan.
with segments as (
    select segment from {{ ref('lifetime_segments') }}
    union all
    select 'none' as segment
),

assumptions as (
    select * from {{ ref('lifetime_value_assumptions') }}
),

final as (
    select
        segments.segment,
        coalesce(own.segment, overall.segment) as assumption_segment,
        coalesce(own.gross_margin, overall.gross_margin) as gross_margin,
        coalesce(own.discount_rate, overall.discount_rate) as discount_rate,
        coalesce(own.acquisition_cost, overall.acquisition_cost) as acquisition_cost,
        coalesce(own.monthly_service_cost, overall.monthly_service_cost) as monthly_service_cost
    from segments
    left join assumptions as own
        on segments.segment = own.segment and own.segment_type = 'contract_term'
    left join assumptions as overall
        on overall.segment_type = 'overall'
)

select * from final
