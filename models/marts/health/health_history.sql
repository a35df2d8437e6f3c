-- The health of each paying customer at each month end, by the rules of that month, beside what it was before by the
-- same rules.
with scores as (
    select * from {{ ref('int_health__scores') }}
),

customers as (
    select * from {{ ref('int_health__customers') }}
),

grades as (
    select * from {{ ref('health_grades') }} where scorecard_id = '{{ var("health_scorecard") }}'
),

scorecards as (
    select * from {{ ref('health_scorecards') }} where scorecard_id = '{{ var("health_scorecard") }}'
),

current_scores as (
    select * from scores where is_in_force
),

compared as (
    select
        current_scores.*,
        month_before.score as score_1m_ago,
        quarter_before.score as score_3m_ago,
        published.rules_version as rules_version_1m_ago,
        published.score as published_score_1m_ago
    from current_scores
    left join scores as month_before
        on
            current_scores.customer_id = month_before.customer_id
            and current_scores.rules_version = month_before.rules_version
            and current_scores.month_number = month_before.month_number + 1
    left join scores as quarter_before
        on
            current_scores.customer_id = quarter_before.customer_id
            and current_scores.rules_version = quarter_before.rules_version
            and current_scores.month_number = quarter_before.month_number + 3
    left join current_scores as published
        on
            current_scores.customer_id = published.customer_id
            and current_scores.month_number = published.month_number + 1
),

graded as (
    select
        compared.*,
        coalesce(case when compared.is_covered then grades.grade end, 'unknown') as grade,
        coalesce(case when compared.is_covered then grades.colour end, 'grey') as colour
    from compared
    inner join scorecards
        on compared.rules_version = scorecards.rules_version
    left join grades
        on
            compared.rules_version = grades.rules_version
            and (
                grades.lower is null
                or compared.score > grades.lower
                or (scorecards.edge = 'lower' and compared.score = grades.lower)
            )
            and (
                grades.upper is null
                or compared.score < grades.upper
                or (scorecards.edge = 'upper' and compared.score = grades.upper)
            )
            and compared.score is not null
),

final as (
    select
        graded.customer_id,
        graded.month_end,
        customers.is_partial,
        '{{ var("health_scorecard") }}' as scorecard_id,
        graded.rules_version,
        customers.stage,
        graded.score,
        graded.grade,
        graded.colour,
        graded.coverage,
        graded.known_measures,
        graded.all_measures,
        graded.stale_measures,
        graded.start_points,
        graded.measure_points,
        graded.limit_points,
        graded.override_points,
        graded.computed_score,
        graded.override_kind,
        graded.override_reason,
        graded.override_owner,
        graded.override_expires_on,
        cast(graded.score - graded.score_1m_ago as decimal(18, 4)) as score_change_1m,
        cast(graded.score - graded.score_3m_ago as decimal(18, 4)) as score_change_3m,
        coalesce(graded.rules_version <> graded.rules_version_1m_ago, false) as is_rules_change,
        cast(graded.score_1m_ago - graded.published_score_1m_ago as decimal(18, 4)) as rules_change_points
    from graded
    inner join customers
        on graded.customer_id = customers.customer_id and graded.month_end = customers.month_end
)

select * from final
