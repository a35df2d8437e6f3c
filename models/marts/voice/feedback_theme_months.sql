-- How often each theme comes up in a month, how it is spoken of, and what it does to the NPS.
with themes as (
    select
        *,
        {{ month_end('written_date') }} as month_end,
        {{ is_partial_month('written_date') }} as is_partial
    from {{ ref('feedback_themes') }}
),

responses as (
    select
        *,
        {{ month_end('response_date') }} as month_end
    from {{ ref('survey_responses') }}
    where nps_value is not null
),

-- a complaint says more than praise, and the latest one most
ranked as (
    select
        *,
        row_number() over (
            partition by month_end, theme
            order by
                case when sentiment in ('negative', 'mixed') then 0 else 1 end,
                written_at desc nulls last,
                text_key asc
        ) as quote_rank
    from themes
),

counted as (
    select
        month_end,
        theme,
        is_partial,
        count(*) as texts,
        sum(mention_count) as mentions,
        count(case when sentiment in ('negative', 'mixed') then 1 end) as negative_texts,
        count(case when sentiment = 'positive' then 1 end) as positive_texts,
        count(nps_value) as nps_answers,
        count(case when nps_value = 100 then 1 end) as promoters,
        count(case when nps_value = -100 then 1 end) as detractors,
        max(case when quote_rank = 1 then text_key end) as example_text_key,
        max(case when quote_rank = 1 then feedback_text end) as example_quote
    from ranked
    group by month_end, theme, is_partial
),

month_texts as (
    select
        month_end,
        count(distinct text_key) as all_texts
    from themes
    group by month_end
),

month_answers as (
    select
        month_end,
        count(*) as all_nps_answers,
        sum(nps_value) as all_nps_sum
    from responses
    group by month_end
),

final as (
    select
        counted.month_end,
        counted.theme,
        counted.is_partial,
        cast(counted.texts as bigint) as texts,
        cast(month_texts.all_texts as bigint) as all_texts,
        cast(counted.texts as double) / month_texts.all_texts as text_share,
        cast(counted.mentions as bigint) as mentions,
        cast(counted.negative_texts as bigint) as negative_texts,
        cast(counted.positive_texts as bigint) as positive_texts,
        case
            when counted.theme <> 'unassigned' then cast(counted.negative_texts as double) / counted.texts
        end as negative_share,
        cast(counted.nps_answers as bigint) as nps_answers,
        cast(counted.promoters as bigint) as promoters,
        cast(counted.detractors as bigint) as detractors,
        cast(counted.detractors as double) / nullif(counted.nps_answers, 0) as detractor_share,
        cast(coalesce(month_answers.all_nps_answers, 0) as bigint) as all_nps_answers,
        cast(month_answers.all_nps_sum as double) / month_answers.all_nps_answers as all_nps,
        cast(month_answers.all_nps_sum - 100 * (counted.promoters - counted.detractors) as double)
        / nullif(month_answers.all_nps_answers - counted.nps_answers, 0) as nps_without,
        case
            when counted.nps_answers > 0
                then
                    cast(month_answers.all_nps_sum as double) / month_answers.all_nps_answers
                    - cast(month_answers.all_nps_sum - 100 * (counted.promoters - counted.detractors) as double)
                    / nullif(month_answers.all_nps_answers - counted.nps_answers, 0)
        end as nps_impact,
        counted.example_text_key,
        counted.example_quote
    from counted
    inner join month_texts
        on counted.month_end = month_texts.month_end
    left join month_answers
        on counted.month_end = month_answers.month_end
)

select * from final
