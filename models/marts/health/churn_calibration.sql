-- What was foretold and what came, by tenths of the scores.
with deciles as (
    select * from {{ ref('int_churn__deciles') }}
),

final as (
    select
        scorer,
        period,
        case when period <> 'overall' then cast(period as date) end as month_end,
        decile,
        row_count,
        event_count,
        lowest_score,
        highest_score,
        probability_sum / row_count as mean_probability,
        cast(event_count as double) / row_count as event_rate,
        {{ wilson_edge('cast(event_count as double)', 'cast(row_count as double)', '-') }} as event_rate_low,
        {{ wilson_edge('cast(event_count as double)', 'cast(row_count as double)', '+') }} as event_rate_high
    from deciles
)

select * from final
