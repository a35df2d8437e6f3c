-- int_feedback_matches looks at four words at a time, within a clause; a boundary is one word.
select
    language,
    phrase,
    plain_phrase
from (
    select
        language,
        phrase,
        phrase_role,
        {{ plain_words('phrase') }} as plain_phrase
    from {{ ref('feedback_phrases') }}
) as phrases
where
    plain_phrase = ''
    or plain_phrase like '%|%'
    or length(plain_phrase) - length(replace(plain_phrase, ' ', '')) > 3
    or (phrase_role = 'boundary' and plain_phrase like '% %')
