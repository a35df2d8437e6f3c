-- The points of a customer's measures are its score, and its history ends in its score.
with measures as (
    select
        customer_id,
        sum(points) as points
    from {{ ref('health_measures') }}
    group by customer_id
)

select
    scores.customer_id,
    scores.score,
    measures.points
from {{ ref('health_scores') }} as scores
full outer join measures
    on scores.customer_id = measures.customer_id
where
    scores.customer_id is null
    or coalesce(scores.score <> measures.points, (scores.score is null) <> (measures.points is null))
