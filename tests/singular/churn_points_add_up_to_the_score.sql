-- The points of the scorecard that hold for a customer, and the base points, are its score: to the last decimal.
with risks as (
    select * from {{ ref('churn_risk') }} where risk_status = 'scored'
),

woes as (
    select * from {{ ref('int_churn__woes') }} where not is_training
),

scorecard as (
    select * from {{ ref('churn_scorecard') }}
),

points as (
    select
        risks.customer_id,
        risks.risk_score,
        risks.base_points,
        sum(coalesce(scorecard.points, 0)) as points
    from risks
    left join woes
        on risks.customer_id = woes.entity_id and risks.month_end = woes.period
    left join scorecard
        on
            woes.model_id = scorecard.model_id
            and woes.feature = scorecard.feature
            and woes.bin_number = scorecard.bin_number
    group by risks.customer_id, risks.risk_score, risks.base_points
)

select * from points where base_points + points <> risk_score
