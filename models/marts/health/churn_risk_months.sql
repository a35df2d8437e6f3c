-- The risk of each active customer at each month end, as it was known then, and what came of it.
with scores as (
    select * from {{ ref('int_churn__scores') }}
),

bands as (
    select
        risk_band,
        min_probability,
        lead(min_probability) over (order by min_probability) as next_probability
    from {{ ref('churn_risk_bands') }}
),

final as (
    select
        scores.customer_id,
        scores.month_end,
        scores.is_partial,
        scores.risk_status,
        scores.model_id,
        scores.score as risk_score,
        scores.probability,
        bands.risk_band,
        scores.base_rate,
        cast(scores.mrr * 12 as decimal(18, 4)) as arr,
        cast(cast(scores.mrr * 12 as double) * scores.probability as decimal(18, 4)) as revenue_at_risk,
        scores.leaves_on,
        scores.outcome_known_on,
        scores.label = 1 as has_churned
    from scores
    left join bands
        on
            scores.probability >= bands.min_probability
            and (scores.probability < bands.next_probability or bands.next_probability is null)
)

select * from final
