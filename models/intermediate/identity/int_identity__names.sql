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

plain as (
    select
        account_name,
        {{ clean_company_name('account_name') }} as plain_name
    from names
),

cleaned as (
    select
        account_name,
        {{ joined_letters('plain_name') }} as clean_name
    from plain
),

words as (
    {{ split_rows('cleaned', ['account_name', 'clean_name'], 'clean_name') }}
),

placed as (
    select
        words.account_name,
        words.clean_name,
        words.part as word,
        words.position,
        legal_forms.place,
        legal_forms.place in ('form', 'lead') as is_form,
        generic_words.word is null and length(words.part) > 1 as is_core,
        max(case when legal_forms.place is null then words.position else 0 end)
            over (partition by words.account_name) as last_own_position
    from words
    left join legal_forms
        on words.part = legal_forms.word
    left join generic_words
        on words.part = generic_words.word
),

owned as (
    select
        *,
        coalesce(place = 'lead' and position = 1 and last_own_position > 0, false) as is_leading_form,
        case
            when is_core and (last_own_position = 0 or position <= last_own_position)
                then {{ fold_umlauts('word') }}
        end as core_word
    from placed
),

-- what stands behind the last word of the name's own is its legal form, if the name ends in one; a name of such words
-- alone has none
measured as (
    select
        account_name,
        min(clean_name) as clean_name,
        max(last_own_position) as last_own_position,
        max(position) as last_position,
        max(case when is_form then position end) as last_form_position,
        min(case when is_form and position > last_own_position then position end) as first_form_position,
        min(case when place = 'between' and position > last_own_position then position end) as first_between_position,
        max(case when is_leading_form then 2 else 1 end) as first_kept_position,
        {{ sorted_words('case when not is_leading_form then core_word end') }} as core_words
    from owned
    group by account_name
),

ends as (
    select
        *,
        case
            when last_own_position = 0 or first_form_position is null then last_position
            when last_form_position < last_position then last_position
            when first_between_position < first_form_position then first_between_position
            else last_own_position
        end as last_kept_position
    from measured
),

cut as (
    select
        account_name,
        core_words,
        {{ words_between('clean_name', 'first_kept_position', 'last_kept_position') }} as short_name
    from ends
),

keyed as (
    select
        account_name,
        short_name,
        core_words,
        {{ fold_umlauts("replace(short_name, ' ', '')") }} as name_key
    from cut
),

filled as (
    {{ without_placeholders('keyed', texts=['name_key']) }}
),

final as (
    select
        account_name,
        short_name,
        name_key,
        case when name_key is not null then core_words end as core_words,
        case
            when name_key is not null then coalesce(length(core_words) - length(replace(core_words, ' ', '')) + 1, 0)
            else 0
        end as core_word_count
    from filled
)

select * from final
