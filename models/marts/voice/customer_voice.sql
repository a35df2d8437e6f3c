-- What each customer has said in surveys: the last word, the means, and the voice that it has in survey_months.
with responses as (
    select * from {{ ref('survey_responses') }} where customer_id is not null
),

declines as (
    {{ with_customer('int_survey_declines', account_key=none) }}
),

voices as (
    select * from {{ ref('int_survey_voices') }}
    where grain = 'account' and scope = 'window' and month_end = {{ as_of_date() }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_id, kind
            order by responded_at desc nulls last, response_key asc
        ) as recency
    from responses
    where is_counted
),

answered as (
    select
        customer_id,
        count(*) as answer_count,
        count(distinct person_id) as person_count,
        max(responded_at) as last_answer_at,
        count(case when kind = 'nps' then 1 end) as nps_answer_count,
        sum(nps_value) as nps_value_sum,
        sum(case when kind = 'nps' then score end) as nps_score_sum,
        max(case when kind = 'nps' and recency = 1 then score end) as last_nps_score,
        max(case when kind = 'nps' and recency = 1 then nps_value end) as last_nps_value,
        max(case when kind = 'nps' and recency = 1 then responded_at end) as last_nps_at,
        count(case when kind = 'csat' then 1 end) as csat_answer_count,
        count(case when csat_is_satisfied then 1 end) as csat_satisfied_count,
        count(case when kind = 'ces' then 1 end) as ces_answer_count,
        sum(ces_value) as ces_sum
    from ranked
    group by customer_id
),

declined as (
    select
        customer_id,
        count(*) as decline_count
    from declines
    where survey_kind is not null and customer_id is not null
    group by customer_id
),

voiced as (
    select
        customer_id,
        max(case when kind = 'nps' then nps_value end) as nps_voice
    from voices
    group by customer_id
),

asked as (
    select customer_id from answered
    union distinct
    select customer_id from declined
),

final as (
    select
        asked.customer_id,
        cast(coalesce(answered.answer_count, 0) as bigint) as answer_count,
        cast(coalesce(declined.decline_count, 0) as bigint) as decline_count,
        cast(coalesce(answered.answer_count, 0) as double)
        / (coalesce(answered.answer_count, 0) + coalesce(declined.decline_count, 0)) as response_rate,
        cast(coalesce(answered.person_count, 0) as bigint) as person_count,
        answered.last_answer_at,
        cast(coalesce(answered.nps_answer_count, 0) as bigint) as nps_answer_count,
        cast(answered.last_nps_score as bigint) as last_nps_score,
        cast(answered.last_nps_value as bigint) as last_nps_value,
        answered.last_nps_at,
        cast(voiced.nps_voice as bigint) as nps_voice,
        cast(answered.nps_score_sum as double) / nullif(answered.nps_answer_count, 0) as nps_score_mean,
        cast(answered.nps_value_sum as double) / nullif(answered.nps_answer_count, 0) as nps_value_mean,
        cast(coalesce(answered.csat_answer_count, 0) as bigint) as csat_answer_count,
        cast(coalesce(answered.csat_satisfied_count, 0) as bigint) as csat_satisfied_count,
        cast(answered.csat_satisfied_count as double) / nullif(answered.csat_answer_count, 0) as csat,
        cast(coalesce(answered.ces_answer_count, 0) as bigint) as ces_answer_count,
        cast(answered.ces_sum as double) / nullif(answered.ces_answer_count, 0) as ces
    from asked
    left join answered
        on asked.customer_id = answered.customer_id
    left join declined
        on asked.customer_id = declined.customer_id
    left join voiced
        on asked.customer_id = voiced.customer_id
)

select * from final
