-- Which themes make detractors? The themes of the NPS comments of the last twelve months.
-- lift is how many times as often a theme goes with a detractor as comments do on the whole: above 1 the theme makes
-- detractors. With fewer than ten answers it is a hint, not a finding.
-- Columns: theme, nps_answers, detractors, detractor_share, lift, negative_texts, texts, latest_quote
with themes as (
    select * from {{ ref('feedback_themes') }}
),

theme_months as (
    select
        *,
        12 * extract(year from month_end) + extract(month from month_end) as month_number
    from {{ ref('feedback_theme_months') }}
),

last_month as (
    select max(month_number) as month_number from theme_months
),

recent as (
    select theme_months.*
    from theme_months
    cross join last_month
    where theme_months.month_number > last_month.month_number - 12
),

totals as (
    select
        theme,
        sum(nps_answers) as nps_answers,
        sum(detractors) as detractors,
        sum(negative_texts) as negative_texts,
        sum(texts) as texts,
        max(month_end) as latest_month
    from recent
    group by theme
),

answers as (
    select
        count(*) as nps_answers,
        count(case when nps_value = -100 then 1 end) as detractors
    from (select distinct text_key, nps_value from themes where nps_value is not null) as texts
)

select
    totals.theme,
    totals.nps_answers,
    totals.detractors,
    round(cast(totals.detractors as double) / totals.nps_answers, 4) as detractor_share,
    round(
        cast(totals.detractors as double) / totals.nps_answers
        / nullif(cast(answers.detractors as double) / nullif(answers.nps_answers, 0), 0), 2
    ) as lift,
    totals.negative_texts,
    totals.texts,
    latest.example_quote as latest_quote
from totals
cross join answers
inner join recent as latest
    on totals.theme = latest.theme and totals.latest_month = latest.month_end
where totals.nps_answers > 0
order by totals.detractors desc, totals.theme asc
