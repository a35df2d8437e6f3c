-- Sums of health by month and segment.
with facts as (
    select
        customer_id,
        month_end,
        score as score_total,
        case when score is not null then 1 else 0 end as scored_customers,
        case when colour = 'red' then 1 else 0 end as red_customers,
        case when colour <> 'grey' then 1 else 0 end as graded_customers
    from {{ ref('health_history') }}
),

segmented as (
    {{ with_segments('facts') }}
),

final as (
    {{ kpi_segment_sums('segmented', ['score_total', 'scored_customers', 'red_customers', 'graded_customers']) }}
)

select * from final
