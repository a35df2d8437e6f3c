-- Is the score right? What became within 90 days of the customers that the health score called green, yellow, red
-- and grey (too little is known), and of those whose risk of leaving was low, medium and high: the same customer
-- months for both, without who had given notice. More of it in churn_validation and churn_calibration. churn_rate
-- should rise from row to row of a scorer, and be near foretold. auc is the chance that of a customer who left and
-- one who stayed the score warned of the right one: 0.5 is a coin, above 0.7 is useful, 1 knows all.
-- Columns: scorer, level, customer_months, left_within_90_days, churn_rate, foretold, auc
with risk as (
    select * from {{ ref('churn_risk_months') }} where has_churned is not null and risk_status = 'scored'
),

health as (
    select * from {{ ref('health_history') }}
),

judged as (
    select
        'health score' as scorer,
        health.colour as level,
        case health.colour when 'green' then 1 when 'yellow' then 2 when 'red' then 3 else 4 end as level_order,
        -cast(health.score as double) as danger,
        cast(null as double) as foretold,
        risk.has_churned
    from risk
    inner join health
        on risk.customer_id = health.customer_id and risk.month_end = health.month_end
    where health.score is not null
    union all
    select
        'churn risk' as scorer,
        risk_band as level,
        case risk_band when 'low' then 1 when 'medium' then 2 when 'high' then 3 end as level_order,
        probability as danger,
        probability as foretold,
        has_churned
    from risk
),

ranked as (
    select
        *,
        rank() over (partition by scorer order by danger)
        + (count(*) over (partition by scorer, danger) - 1) / cast(2 as double) as place,
        row_number() over (partition by scorer, has_churned order by danger) as place_of_churner
    from judged
),

rated as (
    select
        scorer,
        (sum(case when has_churned then place end) - sum(case when has_churned then place_of_churner end))
        / nullif(
            cast(count(case when has_churned then 1 end) as double) * count(case when not has_churned then 1 end), 0
        ) as auc
    from ranked
    group by scorer
)

select
    judged.scorer,
    judged.level,
    count(*) as customer_months,
    count(case when judged.has_churned then 1 end) as left_within_90_days,
    round(cast(count(case when judged.has_churned then 1 end) as double) / count(*), 4) as churn_rate,
    round(avg(judged.foretold), 4) as foretold,
    round(max(rated.auc), 3) as auc
from judged
inner join rated
    on judged.scorer = rated.scorer
group by judged.scorer, judged.level, judged.level_order
order by judged.scorer desc, judged.level_order asc
