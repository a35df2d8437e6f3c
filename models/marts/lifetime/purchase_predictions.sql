-- Customers with one-off purchases: will they buy again, how often, and for how much. The shipped parameters say so of
-- the invented company only: another one fits its own (fit-purchases), or nothing is predicted.
with summaries as (
    select * from {{ ref('int_lifetime__purchase_summaries') }}
),

parameters as (
    select
        max(case when model = 'bg_nbd' and parameter = 'r' then value end) as r,
        max(case when model = 'bg_nbd' and parameter = 'alpha' then value end) as alpha,
        max(case when model = 'bg_nbd' and parameter = 'a' then value end) as a,
        max(case when model = 'bg_nbd' and parameter = 'b' then value end) as b,
        max(case when model = 'gamma_gamma' and parameter = 'p' then value end) as p,
        max(case when model = 'gamma_gamma' and parameter = 'q' then value end) as q,
        max(case when model = 'gamma_gamma' and parameter = 'gamma' then value end) as gamma
    from {{ ref('purchase_model_parameters') }}
    where fitted_on <> 'demo' or '{{ var("raw", "demo") }}' = 'demo'
),

settings as (
    select * from {{ ref('int_lifetime__settings') }}
),

scored as (
    select
        summaries.*,
        parameters.*,
        case
            when
                parameters.r + parameters.alpha + parameters.a + parameters.b
                + parameters.p + parameters.q + parameters.gamma is null
                then 'not_fitted'
            when summaries.frequency > 0 and summaries.mean_repeat_spend is null then 'no_exchange_rate'
            else 'predicted'
        end as prediction_status,
        settings.prediction_days / cast(7 as double) as weeks_ahead
    from summaries
    cross join parameters
    cross join settings
),

predictions as (
    {{ expected_purchases('scored', 'weeks_ahead') | indent(4) }}
),

spends as (
    select
        scored.customer_id,
        scored.first_purchase_date,
        scored.last_purchase_date,
        scored.frequency,
        scored.recency_weeks,
        scored.age_weeks,
        scored.mean_repeat_spend,
        scored.prediction_status,
        {{ probability_alive(
            'scored.frequency', 'scored.recency_weeks', 'scored.age_weeks',
            'scored.r', 'scored.alpha', 'scored.a', 'scored.b'
        ) }} as probability_alive,
        predictions.expected_purchases,
        {{ expected_spend('scored.frequency', 'scored.mean_repeat_spend', 'scored.p', 'scored.q', 'scored.gamma') }}
            as expected_spend
    from scored
    inner join predictions
        on scored.customer_id = predictions.customer_id
),

final as (
    select
        customer_id,
        first_purchase_date as first_one_off_date,
        last_purchase_date as last_one_off_date,
        cast(frequency as bigint) as repeat_purchase_count,
        cast(recency_weeks as double) as recency_weeks,
        cast(age_weeks as double) as age_weeks,
        cast(mean_repeat_spend as decimal(18, 4)) as mean_repeat_spend,
        prediction_status,
        cast(case when prediction_status <> 'not_fitted' then probability_alive end as double) as probability_alive,
        cast(expected_purchases as double) as expected_purchases,
        cast(expected_spend as decimal(18, 4)) as expected_spend,
        cast(expected_purchases * expected_spend as decimal(18, 4)) as expected_value
    from spends
)

select * from final
