-- Where a phrase of the seed feedback_phrases stands in a text: the longest one at each place, in the text's language.
with words as (
    select * from {{ ref('int_feedback_words') }}
),

phrases as (
    select
        phrase_role,
        theme,
        language,
        polarity,
        is_negatable,
        phrase,
        {{ plain_words('phrase') }} as plain_phrase
    from {{ ref('feedback_phrases') }}
),

phrases_with_length as (
    select
        *,
        length(plain_phrase) - length(replace(plain_phrase, ' ', '')) + 1 as word_count
    from phrases
),

lengths as (
    select distinct word_count from phrases_with_length
),

-- each place with as many words as a phrase may have, to meet the phrases by equality
grams as (
    select
        words.text_key,
        words.clause,
        words.position,
        lengths.word_count,
        words.position + lengths.word_count - 1 as last_position,
        case lengths.word_count
            when 1 then words.word
            when 2 then words.word || ' ' || words.second_word
            when 3 then words.word || ' ' || words.second_word || ' ' || words.third_word
            when 4
                then words.word || ' ' || words.second_word || ' ' || words.third_word || ' ' || words.fourth_word
        end as gram
    from words
    cross join lengths
),

matches as (
    select
        grams.text_key,
        grams.clause,
        grams.position,
        grams.last_position,
        grams.word_count,
        phrases_with_length.phrase_role,
        phrases_with_length.theme,
        phrases_with_length.language,
        phrases_with_length.phrase,
        phrases_with_length.polarity,
        phrases_with_length.is_negatable,
        -- each language has a vote for every place at which it has a phrase
        dense_rank() over (
            partition by grams.text_key, phrases_with_length.language
            order by grams.position, grams.word_count
        ) as vote
    from grams
    inner join phrases_with_length
        on grams.gram = phrases_with_length.plain_phrase
),

with_votes as (
    select
        *,
        max(vote) over (partition by text_key, language) as votes
    from matches
),

-- with as many votes for another language nobody can tell, and both are read
spoken as (
    select *
    from (
        select
            *,
            max(votes) over (partition by text_key) as most_votes
        from with_votes
    ) as with_most_votes
    where votes = most_votes
),

-- a phrase within a longer one says nothing of its own: "not" in "not only", "slow" in "slow answers"
with_longer as (
    select
        *,
        max(word_count) over (partition by text_key, position) as longest_here,
        max(last_position) over (
            partition by text_key order by position
            range between unbounded preceding and 1 preceding
        ) as reached_before
    from spoken
),

final as (
    select
        text_key,
        clause,
        position,
        last_position,
        phrase_role,
        theme,
        -- one of its spellings, as people write it
        min(phrase) as phrase,
        max(case when is_negatable then 1 else 0 end) = 1 as is_negatable,
        -- languages that disagree about a word leave it open
        cast(sign(sum(polarity)) as bigint) as polarity
    from with_longer
    where word_count = longest_here and coalesce(reached_before < last_position, true)
    group by text_key, clause, position, last_position, phrase_role, theme
)

select * from final
