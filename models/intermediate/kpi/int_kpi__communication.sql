-- Sums of contact with customers by month and segment.
with facts as (
    select
        customer_id,
        month_end,
        our_response_seconds,
        our_work_response_seconds,
        answered_by_us,
        our_work_answers,
        unanswered_by_us,
        meetings_held,
        case when is_covered then 1 else 0 end as covered_customers,
        1 as known_customers
    from {{ ref('communication_months') }}
),

segmented as (
    {{ with_segments('facts') }}
),

final as (
    {{ kpi_segment_sums('segmented', [
        'our_response_seconds', 'our_work_response_seconds', 'answered_by_us', 'our_work_answers', 'unanswered_by_us',
        'meetings_held', 'covered_customers', 'known_customers',
    ]) }}
)

select * from final
