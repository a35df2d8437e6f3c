-- The measures of the last month beside those of a month and of a quarter before, by the same rules.
with measures as (
    select * from {{ ref('int_health__measures') }}
),

months as (
    select max(month_number) as last_month from {{ ref('int_health__rule_months') }}
),

current_measures as (
    select measures.*
    from measures
    inner join months
        on measures.month_number = months.last_month
    where measures.is_in_force
),

final as (
    select
        current_measures.*,
        month_before.value as value_1m_ago,
        month_before.band as band_1m_ago,
        -- what one of the two months does not know moves nothing by itself
        current_measures.points - month_before.points as points_change_1m,
        quarter_before.value as value_3m_ago,
        current_measures.points - quarter_before.points as points_change_3m
    from current_measures
    left join measures as month_before
        on
            current_measures.customer_id = month_before.customer_id
            and current_measures.measure_id = month_before.measure_id
            and current_measures.rules_version = month_before.rules_version
            and current_measures.month_number = month_before.month_number + 1
    left join measures as quarter_before
        on
            current_measures.customer_id = quarter_before.customer_id
            and current_measures.measure_id = quarter_before.measure_id
            and current_measures.rules_version = quarter_before.rules_version
            and current_measures.month_number = quarter_before.month_number + 3
)

select * from final
