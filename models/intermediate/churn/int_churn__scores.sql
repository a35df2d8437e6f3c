-- The risk of each active customer in each month, from what was known then: of notice given, of the scorecard, or, without
-- a model, the base rate.
with customer_months as (
    select * from {{ ref('int_churn__customer_months') }}
),

months as (
    select * from {{ ref('int_churn__months') }}
),

woes as (
    select * from {{ ref('int_churn__woes') }} where not is_training
),

coefficients as (
    select * from {{ ref('int_churn__coefficients') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

pointed as (
    select
        woes.model_id,
        woes.entity_id,
        woes.period,
        min(coefficients.intercept) as intercept,
        sum({{ scorecard_points('woes.woe', 'coefficients.coefficient', 'settings.points_to_double_odds') }}) as points
    from woes
    cross join settings
    inner join coefficients
        on woes.model_id = coefficients.model_id and woes.feature = coefficients.feature
    group by woes.model_id, woes.entity_id, woes.period
),

scored as (
    select
        pointed.entity_id,
        pointed.period,
        {{ scorecard_base_points(
            'pointed.intercept', 'settings.points_to_double_odds', 'settings.target_score', 'settings.target_odds'
        ) }} as base_points,
        pointed.points
    from pointed
    cross join settings
),

judged as (
    select
        customer_months.customer_id,
        customer_months.month_end,
        customer_months.is_partial,
        customer_months.label,
        customer_months.outcome_known_on,
        customer_months.mrr,
        customer_months.days_since_use,
        customer_months.leaves_on,
        months.cut_on,
        case when months.model_status = 'fitted' then months.model_id end as model_id,
        months.base_rate,
        months.leaving_rate,
        case
            when customer_months.is_leaving then 'notice_given'
            when scored.entity_id is not null then 'scored'
            when months.model_status = 'fitted' then 'no_evidence'
            else months.model_status
        end as risk_status,
        scored.base_points,
        cast(scored.base_points + scored.points as decimal(9, 2)) as score
    from customer_months
    inner join months
        on customer_months.month_end = months.month_end
    left join scored
        on customer_months.customer_id = scored.entity_id and customer_months.month_end = scored.period
),

final as (
    select
        judged.customer_id,
        judged.month_end,
        judged.is_partial,
        judged.label,
        judged.outcome_known_on,
        judged.mrr,
        judged.days_since_use,
        judged.leaves_on,
        judged.cut_on,
        judged.model_id,
        judged.risk_status,
        judged.base_rate,
        judged.base_points,
        judged.score,
        case judged.risk_status
            when 'notice_given' then judged.leaving_rate
            when 'scored'
                then {{ scorecard_probability(
                    'judged.score', 'settings.points_to_double_odds', 'settings.target_score', 'settings.target_odds'
                ) }}
            else judged.base_rate
        end as probability
    from judged
    cross join settings
)

select * from final
