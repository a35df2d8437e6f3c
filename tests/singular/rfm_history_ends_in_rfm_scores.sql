-- The month of as_of_date in rfm_history is rfm_scores, for everybody who has bought.
with history as (
    select * from {{ ref('rfm_history') }} where month_end = {{ as_of_date() }}
),

scores as (
    select * from {{ ref('rfm_scores') }}
),

compared as (
    select
        coalesce(history.customer_id, scores.customer_id) as customer_id,
        history.segment as segment_in_history,
        scores.segment as segment_in_scores,
        history.last_purchase_date as last_purchase_in_history,
        scores.last_purchase_date as last_purchase_in_scores,
        history.frequency as frequency_in_history,
        scores.frequency as frequency_in_scores,
        history.monetary as monetary_in_history,
        scores.monetary as monetary_in_scores,
        coalesce(history.r_score, 0) * 100 + coalesce(history.f_score, 0) * 10 + coalesce(history.m_score, 0)
            as scores_in_history,
        coalesce(scores.r_score, 0) * 100 + coalesce(scores.f_score, 0) * 10 + coalesce(scores.m_score, 0)
            as scores_in_scores
    from scores
    full outer join history
        on scores.customer_id = history.customer_id
    where history.customer_id is not null or scores.frequency > 0
)

select *
from compared
where
    coalesce(
        segment_in_history <> segment_in_scores
        or frequency_in_history <> frequency_in_scores
        -- without an exchange rate both are null
        or coalesce(monetary_in_history, -1) <> coalesce(monetary_in_scores, -1)
        or scores_in_history <> scores_in_scores,
        true
    )
    or coalesce(last_purchase_in_history <> last_purchase_in_scores, frequency_in_history > 0)
