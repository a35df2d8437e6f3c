-- Who is likely to leave, why, and what is at stake: active customers on as_of_date.
with risk_months as (
    select * from {{ ref('churn_risk_months') }} where month_end = {{ as_of_date() }}
),

scores as (
    select * from {{ ref('int_churn__scores') }} where month_end = {{ as_of_date() }}
),

features as (
    select * from {{ ref('int_churn__features') }} where period = {{ as_of_date() }} and not is_training
),

woes as (
    select * from {{ ref('int_churn__woes') }} where period = {{ as_of_date() }} and not is_training
),

scorecard as (
    select * from {{ ref('churn_scorecard') }}
),

reason_texts as (
    select * from {{ ref('churn_features') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

-- what takes points away, in the order of points
reasons as (
    select
        woes.entity_id,
        woes.feature,
        scorecard.points,
        scorecard.side,
        row_number() over (partition by woes.entity_id order by scorecard.points, woes.feature) as place
    from woes
    inner join scorecard
        on
            woes.model_id = scorecard.model_id
            and woes.feature = scorecard.feature
            and woes.bin_number = scorecard.bin_number
    where scorecard.points < 0
),

worded as (
    select
        reasons.entity_id,
        reasons.place,
        reasons.feature,
        reasons.points,
        reasons.side,
        reason_texts.feature_name,
        case when reasons.side = 'low' then reason_texts.reason_low else reason_texts.reason_high end as reason_text,
        features.text_value,
        {{ number_text('features.number_value * reason_texts.scale', 'reason_texts.decimals') }} as number_text
    from reasons
    inner join features
        on reasons.entity_id = features.entity_id and reasons.feature = features.feature
    inner join reason_texts
        on reasons.feature = reason_texts.feature
    where reasons.place <= 3
),

said as (
    select
        entity_id,
        place,
        feature,
        points,
        case
            when side = 'missing' then 'Nothing known: ' || feature_name
            else replace(reason_text, '{value}', coalesce(text_value, number_text, ''))
        end as reason
    from worded
),

customer_reasons as (
    select
        entity_id,
        max(case when place = 1 then feature end) as feature_1,
        max(case when place = 1 then reason end) as reason_1,
        max(case when place = 1 then points end) as points_1,
        max(case when place = 2 then feature end) as feature_2,
        max(case when place = 2 then reason end) as reason_2,
        max(case when place = 2 then points end) as points_2,
        max(case when place = 3 then feature end) as feature_3,
        max(case when place = 3 then reason end) as reason_3,
        max(case when place = 3 then points end) as points_3
    from said
    group by entity_id
),

final as (
    select
        risk_months.customer_id,
        risk_months.month_end,
        risk_months.risk_status,
        risk_months.model_id,
        case when risk_months.model_id is not null then scores.cut_on end as trained_through,
        risk_months.probability,
        risk_months.risk_band,
        risk_months.base_rate,
        scores.base_points,
        risk_months.risk_score,
        customer_reasons.feature_1 as reason_1_feature,
        case
            when risk_months.risk_status = 'notice_given'
                then 'Notice given: leaves on ' || cast(risk_months.leaves_on as {{ dbt.type_string() }})
            else customer_reasons.reason_1
        end as reason_1,
        customer_reasons.points_1 as reason_1_points,
        customer_reasons.feature_2 as reason_2_feature,
        customer_reasons.reason_2,
        customer_reasons.points_2 as reason_2_points,
        customer_reasons.feature_3 as reason_3_feature,
        customer_reasons.reason_3,
        customer_reasons.points_3 as reason_3_points,
        risk_months.leaves_on,
        risk_months.arr,
        risk_months.revenue_at_risk,
        scores.days_since_use,
        scores.days_since_use >= settings.last_use_days as is_flagged_by_last_use
    from risk_months
    cross join settings
    inner join scores
        on risk_months.customer_id = scores.customer_id
    left join customer_reasons
        on risk_months.customer_id = customer_reasons.entity_id
)

select * from final
