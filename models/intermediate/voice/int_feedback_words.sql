-- The words of each text in their order, with the clause that each stands in.
with texts as (
    select * from {{ ref('int_feedback_texts') }}
),

boundaries as (
    select distinct {{ plain_words('phrase') }} as word
    from {{ ref('feedback_phrases') }}
    where phrase_role = 'boundary'
),

words as (
    {{ split_rows('texts', ['text_key'], 'plain_text') }}
),

final as (
    select
        words.text_key,
        cast(words.position as bigint) as position,
        words.part as word,
        count(case when words.part = '|' or boundaries.word is not null then 1 end) over (
            partition by words.text_key order by words.position
            rows between unbounded preceding and current row
        ) as clause,
        lead(words.part, 1) over (partition by words.text_key order by words.position) as second_word,
        lead(words.part, 2) over (partition by words.text_key order by words.position) as third_word,
        lead(words.part, 3) over (partition by words.text_key order by words.position) as fourth_word
    from words
    left join boundaries
        on words.part = boundaries.word
)

select * from final
