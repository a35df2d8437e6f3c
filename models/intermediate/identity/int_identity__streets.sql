-- Every way a street line is written, and what is compared of it: the house number and the words that name the street.
with streets as (
    select distinct street
    from {{ ref('int_accounts') }}
    where street is not null
),

street_words as (
    select * from {{ ref('identity_street_words') }}
),

cleaned as (
    select
        street,
        {{ clean_street('street') }} as clean_street
    from streets
),

words as (
    {{ split_rows('cleaned', ['street'], 'clean_street') }}
),

numbered as (
    select
        street,
        part as word,
        position,
        min(case when {{ regex_matches('part', '^[0-9]+[a-z]?$') }} then position end)
            over (partition by street) as house_position
    from words
),

named as (
    select
        numbered.street,
        case when numbered.position = numbered.house_position then numbered.word end as house_number,
        case when coalesce(numbered.position <> numbered.house_position, true) then numbered.word end as any_word,
        case
            when numbered.position = numbered.house_position then null
            when street_words.word is null then numbered.word
            else street_words.stands_for
        end as street_word,
        numbered.position
    from numbered
    left join street_words
        on numbered.word = street_words.word
),

joined as (
    select
        street,
        max(house_number) as house_number,
        {{ join_text("nullif(street_word, '')", ' ', 'position') }} as core_name,
        {{ join_text('any_word', ' ', 'position') }} as full_name
    from named
    group by street
),

final as (
    select
        street,
        house_number,
        -- '1 North Avenue' has no word but such as name a kind of street
        coalesce(core_name, full_name) as street_name,
        house_number || ' ' || coalesce(core_name, full_name) as street_key
    from joined
)

select * from final
