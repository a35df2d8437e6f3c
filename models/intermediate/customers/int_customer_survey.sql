-- What surveys know of each customer: answers, and the last NPS score.
with responses as (
    {{ with_customer('int_survey_responses', account_key=none) }}
),

valid_responses as (
    select * from responses
    where customer_id is not null and is_completed and not is_excluded and score is not null
),

last_nps as (
    select
        customer_id,
        score,
        responded_at,
        row_number() over (
            partition by customer_id
            order by responded_at desc, response_key asc
        ) as recency
    from valid_responses
    where survey_kind = 'nps'
),

totals as (
    select
        customer_id,
        count(*) as survey_response_count,
        max(responded_at) as last_survey_response_at
    from valid_responses
    group by customer_id
),

final as (
    select
        totals.customer_id,
        totals.survey_response_count,
        totals.last_survey_response_at,
        last_nps.score as last_nps_score,
        last_nps.responded_at as last_nps_at
    from totals
    left join last_nps
        on totals.customer_id = last_nps.customer_id and last_nps.recency = 1
)

select * from final
