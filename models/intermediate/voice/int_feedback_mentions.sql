-- Mentions of themes in texts and what each says: negators turn what follows, and a neutral word of a theme takes the
-- sense of the praise or blame beside it ("great support").
with matches as (
    select * from {{ ref('int_feedback_matches') }} where phrase_role in ('theme', 'negator')
),

settings as (
    select
        {{ voice_setting('negation_words', 'bigint') }},
        {{ voice_setting('attach_words', 'bigint') }}
    from {{ ref('voice_settings') }}
),

with_negator as (
    select
        matches.*,
        max(case when matches.phrase_role = 'negator' then matches.last_position end) over (
            partition by matches.text_key, matches.clause order by matches.position
            range between unbounded preceding and 1 preceding
        ) as negator_position
    from matches
),

-- what is not good is bad; what is not bad is no complaint, and not yet praise
turned as (
    select
        with_negator.text_key,
        with_negator.clause,
        with_negator.position,
        with_negator.last_position,
        with_negator.theme,
        with_negator.phrase,
        settings.attach_words,
        with_negator.polarity as own_polarity,
        coalesce(
            with_negator.is_negatable
            and with_negator.position - with_negator.negator_position <= settings.negation_words, false
        ) as is_negated,
        case
            when
                with_negator.is_negatable
                and with_negator.position - with_negator.negator_position <= settings.negation_words
                then case when with_negator.polarity > 0 then -1 else 0 end
            else with_negator.polarity
        end as polarity
    from with_negator
    cross join settings
    where with_negator.phrase_role = 'theme'
),

attached as (
    select
        neutral.text_key,
        neutral.theme,
        neutral.position,
        sign(sum(general.polarity)) as polarity
    from turned as neutral
    inner join turned as general
        on neutral.text_key = general.text_key and neutral.clause = general.clause
    where
        neutral.own_polarity = 0 and neutral.theme <> 'general'
        and general.theme = 'general'
        and general.position - neutral.last_position <= neutral.attach_words
        and neutral.position - general.last_position <= neutral.attach_words
    group by neutral.text_key, neutral.theme, neutral.position
),

final as (
    select
        turned.text_key,
        turned.theme,
        turned.position,
        turned.phrase,
        turned.is_negated,
        cast(coalesce(attached.polarity, turned.polarity) as bigint) as polarity
    from turned
    left join attached
        on
            turned.text_key = attached.text_key
            and turned.theme = attached.theme
            and turned.position = attached.position
)

select * from final
