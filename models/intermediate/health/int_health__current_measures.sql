-- The measures of the last month beside those of a month and of a quarter before, by the same rules. What is known more
-- or less than before shifts the weight of all others: a measure moves the score by its points less what its new weight
-- would have brought at the score before. So the change lies with what became known, and changes add up to the score's.
with measures as (
    select * from {{ ref('int_health__measures') }}
),

scores as (
    select * from {{ ref('int_health__scores') }}
),

current_measures as (
    select * from measures where is_in_force and month_end = {{ as_of_date() }}
),

final as (
    select
        current_measures.*,
        month_before.value as value_1m_ago,
        month_before.band as band_1m_ago,
        {{ health_points(
            'coalesce(current_measures.points, 0) - coalesce(month_before.points, 0)'
            ' - (coalesce(current_measures.weight, 0) - coalesce(month_before.weight, 0)) * score_month_before.computed_score'
        ) }} as points_change_1m,
        quarter_before.value as value_3m_ago,
        {{ health_points(
            'coalesce(current_measures.points, 0) - coalesce(quarter_before.points, 0)'
            ' - (coalesce(current_measures.weight, 0) - coalesce(quarter_before.weight, 0)) * score_quarter_before.computed_score'
        ) }} as points_change_3m
    from current_measures
    left join measures as month_before
        on
            current_measures.customer_id = month_before.customer_id
            and current_measures.measure_id = month_before.measure_id
            and current_measures.rules_version = month_before.rules_version
            and current_measures.month_number = month_before.month_number + 1
    left join scores as score_month_before
        on
            current_measures.customer_id = score_month_before.customer_id
            and current_measures.rules_version = score_month_before.rules_version
            and current_measures.month_number = score_month_before.month_number + 1
    left join measures as quarter_before
        on
            current_measures.customer_id = quarter_before.customer_id
            and current_measures.measure_id = quarter_before.measure_id
            and current_measures.rules_version = quarter_before.rules_version
            and current_measures.month_number = quarter_before.month_number + 3
    left join scores as score_quarter_before
        on
            current_measures.customer_id = score_quarter_before.customer_id
            and current_measures.rules_version = score_quarter_before.rules_version
            and current_measures.month_number = score_quarter_before.month_number + 3
)

select * from final  -- noqa: AM04
