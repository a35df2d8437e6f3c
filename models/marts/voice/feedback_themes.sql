-- What each text is about, and whether it praises or complains; a text that speaks of no known theme is unassigned.
with texts as (
    select * from {{ ref('int_feedback_texts') }}
),

mentions as (
    select * from {{ ref('int_feedback_mentions') }}
),

found as (
    select
        text_key,
        theme,
        count(*) as mention_count,
        max(case when polarity > 0 then 1 else 0 end) as has_praise,
        max(case when polarity < 0 then 1 else 0 end) as has_complaint,
        max(case when is_negated then 1 else 0 end) as has_negation,
        {{ join_text('phrase', ', ', 'position') }} as phrases
    from mentions
    group by text_key, theme
),

with_theme_count as (
    select
        *,
        count(*) over (partition by text_key) as theme_count
    from found
),

final as (
    select
        texts.text_key,
        coalesce(with_theme_count.theme, 'unassigned') as theme,
        texts.source_system,
        texts.text_kind,
        texts.customer_id,
        texts.person_id,
        texts.written_at,
        {{ to_reporting_date('texts.written_at') }} as written_date,
        case
            when with_theme_count.has_praise = 1 and with_theme_count.has_complaint = 1 then 'mixed'
            when with_theme_count.has_complaint = 1 then 'negative'
            when with_theme_count.has_praise = 1 then 'positive'
            when with_theme_count.text_key is not null then 'neutral'
        end as sentiment,
        cast(coalesce(with_theme_count.mention_count, 0) as bigint) as mention_count,
        with_theme_count.phrases,
        with_theme_count.has_negation = 1 as has_negation,
        texts.nps_value,
        texts.feedback_text
    from texts
    left join with_theme_count
        on
            texts.text_key = with_theme_count.text_key
            -- praise and blame alone are a theme only where nothing else is
            and (with_theme_count.theme <> 'general' or with_theme_count.theme_count = 1)
)

select * from final
