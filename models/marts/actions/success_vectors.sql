-- Where each paying customer is heading as of as_of_date, since when, and by when that should have changed.
with vector_months as (
    select * from {{ ref('int_actions__vector_months') }}
),

spells as (
    select * from {{ ref('int_actions__vector_spells') }} where is_current
),

health as (
    select * from {{ ref('health_scores') }}
),

money as (
    select * from {{ ref('int_actions__money') }}
),

settings as (
    select * from {{ ref('int_actions__settings') }}
),

final as (
    select
        vector_months.customer_id,
        vector_months.month_end,
        vector_months.vector,
        vector_months.negative_weight,
        vector_months.positive_weight,
        vector_months.net_weight,
        vector_months.negative_signs,
        vector_months.positive_signs,
        health.score,
        health.score_change_3m,
        case
            when abs(health.score_change_3m) < settings.steady_points then 'steady'
            when health.score_change_3m > 0 then 'rising'
            when health.score_change_3m < 0 then 'falling'
        end as direction,
        cast(abs(health.score_change_3m) / 3 as decimal(18, 4)) as points_a_month,
        spells.since_month_end as vector_since,
        spells.months as vector_months,
        spells.should_turn_by,
        spells.outcome as target_status,
        money.arr,
        money.revenue_at_risk,
        money.expansion_potential,
        money.referral_potential,
        {{ as_of_date() }} as as_of_date
    from vector_months
    inner join spells
        on vector_months.customer_id = spells.customer_id and vector_months.month_end = spells.until_month_end
    inner join money
        on vector_months.customer_id = money.customer_id and vector_months.month_end = money.month_end
    left join health
        on vector_months.customer_id = health.customer_id
    cross join settings
)

select * from final
