-- Every way a company's name is written, and what is compared of it: the name without legal form (name_key), and the words
-- that tell one company from another (core_words).
with names as (
    select distinct account_name
    from {{ ref('int_accounts') }}
    where account_name is not null
),

legal_forms as (
    select * from {{ ref('identity_legal_forms') }}
),

generic_words as (
    select * from {{ ref('identity_generic_words') }}
),

cleaned as (
    select
        account_name,
        {{ clean_company_name('account_name') }} as clean_name
    from names
),

words as (
    {{ split_rows('cleaned', ['account_name'], 'clean_name') }}
),

placed as (
    select
        words.account_name,
        words.part as word,
        words.position,
        case when legal_forms.place = 'lead' then 'form' else legal_forms.place end as place,
        legal_forms.place = 'lead' and words.position = 1 as is_leading_form,
        max(case when legal_forms.place is null then words.position else 0 end)
            over (partition by words.account_name) as last_own_position,
        max(words.position) over (partition by words.account_name) as last_position
    from words
    left join legal_forms
        on words.part = legal_forms.word
),

-- what stands behind the last word of the name's own is its legal form, if a form is among it
tails as (
    select
        account_name,
        min(case when place = 'form' and position > last_own_position then position end) as first_form_position,
        max(case when place = 'form' then position end) as last_form_position
    from placed
    group by account_name
),

kept as (
    select
        placed.account_name,
        placed.word,
        placed.position
    from placed
    inner join tails
        on placed.account_name = tails.account_name
    where
        placed.last_own_position = 0
        or (
            not coalesce(placed.is_leading_form, false)
            and (
                tails.first_form_position is null
                or tails.last_form_position < placed.last_position
                or placed.position <= placed.last_own_position
                or (placed.place = 'between' and placed.position < tails.first_form_position)
            )
        )
),

-- one writing of umlauts: Mueller is Müller is Muller
folded as (
    select
        kept.account_name,
        kept.word,
        kept.position,
        replace(replace(replace(kept.word, 'ae', 'a'), 'oe', 'o'), 'ue', 'u') as key_word,
        generic_words.word is null and length(kept.word) > 1 as is_core
    from kept
    left join generic_words
        on kept.word = generic_words.word
),

core as (
    select
        account_name,
        {{ join_text('key_word', ' ', 'key_word') }} as core_words,
        count(*) as core_word_count
    from (select distinct account_name, key_word from folded where is_core) as core_words
    group by account_name
),

keys as (
    select
        account_name,
        {{ join_text('word', ' ', 'position') }} as short_name,
        {{ join_text('key_word', ' ', 'position') }} as key_words
    from folded
    group by account_name
),

final as (
    select
        keys.account_name,
        keys.short_name,
        replace(keys.key_words, ' ', '') as name_key,
        core.core_words,
        coalesce(core.core_word_count, 0) as core_word_count
    from keys
    left join core
        on keys.account_name = core.account_name
)

select * from final
