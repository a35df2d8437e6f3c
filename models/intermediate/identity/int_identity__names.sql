-- Every way a company's name is written, and what is compared of it: the name without legal form (name_key), and the
-- words that tell one company from another (core_words).
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
        max(words.position) over (partition by words.account_name) as last_position,
        generic_words.word is null and length(words.part) > 1 as is_core,
        {{ fold_umlauts('words.part') }} as key_word
    from words
    left join legal_forms
        on words.part = legal_forms.word
    left join generic_words
        on words.part = generic_words.word
),

-- what stands behind the last word of the name's own is its legal form, if it ends in one
tails as (
    select
        *,
        min(case when place = 'form' and position > last_own_position then position end)
            over (partition by account_name) as first_form_position,
        max(case when place = 'form' then position else 0 end)
            over (partition by account_name) as last_form_position
    from placed
),

kept as (
    select
        *,
        row_number() over (partition by account_name, key_word order by position) as repetition
    from tails
    where
        last_own_position = 0
        or (
            not coalesce(is_leading_form, false)
            and (
                last_form_position < last_position
                or position <= last_own_position
                or (place = 'between' and position < first_form_position)
            )
        )
),

keys as (
    select
        account_name,
        {{ join_text('word', ' ', 'position') }} as short_name,
        {{ join_text('case when is_core and repetition = 1 then key_word end', ' ', 'key_word') }} as core_words,
        count(case when is_core and repetition = 1 then key_word end) as core_word_count
    from kept
    group by account_name
),

final as (
    select
        account_name,
        short_name,
        {{ fold_umlauts("replace(short_name, ' ', '')") }} as name_key,
        core_words,
        core_word_count
    from keys
)

select * from final
