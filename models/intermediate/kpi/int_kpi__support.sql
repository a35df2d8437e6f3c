-- Sums of support by month and segment.
with facts as (
    select * from {{ ref('int_support_months') }}
),

segmented as (
    {{ with_segments('facts') }}
),

final as (
    {{ kpi_segment_sums('segmented', support_measures()) }}
)

select * from final
