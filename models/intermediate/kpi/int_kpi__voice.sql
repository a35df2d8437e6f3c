-- Sums of survey answers and of feedback by month and segment.
with responses as (
    select * from {{ ref('survey_responses') }} where is_counted
),

themes as (
    select * from {{ ref('feedback_themes') }}
),

-- a text with several themes is one text, and negative when one of them is
texts as (
    select
        text_key,
        customer_id,
        written_date,
        max(case when sentiment = 'negative' then 1 else 0 end) as is_negative
    from themes
    group by text_key, customer_id, written_date
),

unioned as (
    select
        customer_id,
        response_date as fact_date,
        nps_value as nps_total,
        case when kind = 'nps' then 1 else 0 end as nps_answers,
        case when csat_is_satisfied then 1 when kind = 'csat' then 0 end as csat_satisfied,
        case when kind = 'csat' then 1 else 0 end as csat_answers,
        ces_value as ces_total,
        case when ces_is_easy then 1 when kind = 'ces' then 0 end as ces_easy,
        case when kind = 'ces' then 1 else 0 end as ces_answers,
        cast(null as integer) as negative_texts,
        0 as texts
    from responses
    union all
    select
        customer_id,
        written_date as fact_date,
        cast(null as integer) as nps_total,
        0 as nps_answers,
        cast(null as integer) as csat_satisfied,
        0 as csat_answers,
        cast(null as decimal(18, 4)) as ces_total,
        cast(null as integer) as ces_easy,
        0 as ces_answers,
        is_negative as negative_texts,
        1 as texts
    from texts
),

facts as (
    select
        *,
        {{ month_end('fact_date') }} as month_end
    from unioned
),

segmented as (
    {{ with_segments('facts') }}
),

final as (
    {{ kpi_segment_sums('segmented', [
        'nps_total', 'nps_answers', 'csat_satisfied', 'csat_answers', 'ces_total', 'ces_easy', 'ces_answers',
        'negative_texts', 'texts',
    ]) }}
)

select * from final
