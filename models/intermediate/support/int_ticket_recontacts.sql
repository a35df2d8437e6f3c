-- What each ticket is about, and when the same customer next opened a ticket about it after the first solution.
with tickets as (
    {{ with_customer('int_tickets') }}
),

solutions as (
    select
        ticket_key,
        min(occurred_at) as first_solved_at
    from {{ ref('int_ticket_solutions') }}
    where is_solved
    group by ticket_key
),

prefixes as (
    select * from {{ ref('support_reply_prefixes') }}
),

subjects as (
    select
        ticket_key,
        -- letters and figures of all scripts
        trim({{ regex_replace(fold_text('subject'), '[^0-9a-z\u00c0-\ufffd]+', ' ') }}) as words
    from tickets
),

words as (
    {{ split_rows('subjects', ['ticket_key'], 'words') }}
),

-- where the subject begins, behind "Re: Fwd:"
first_words as (
    select
        words.ticket_key,
        min(words.position) as position
    from words
    left join prefixes
        on words.part = prefixes.prefix
    where prefixes.prefix is null
    group by words.ticket_key
),

topics as (
    select
        tickets.ticket_key,
        {{ words_between('subjects.words', 'first_words.position', '100000') }} as topic,
        -- one who belongs to no customer is compared with nobody else
        coalesce(tickets.customer_id, tickets.person_id, tickets.person_key) as contact,
        tickets.opened_at,
        solutions.first_solved_at
    from tickets
    inner join subjects
        on tickets.ticket_key = subjects.ticket_key
    left join first_words
        on subjects.ticket_key = first_words.ticket_key
    left join solutions
        on tickets.ticket_key = solutions.ticket_key
),

-- openings and solutions in one line of time, so that tickets are never compared in pairs
happenings as (
    select
        ticket_key,
        contact,
        topic,
        opened_at as happened_at,
        1 as is_opening
    from topics
    where contact is not null and topic is not null
    union all
    select
        ticket_key,
        contact,
        topic,
        -- a wrong clock must not make a ticket its own recontact
        greatest(first_solved_at, opened_at) as happened_at,
        0 as is_opening
    from topics
    where contact is not null and topic is not null and first_solved_at is not null
),

next_openings as (
    select
        ticket_key,
        is_opening,
        min(case when is_opening = 1 then happened_at end) over (
            partition by contact, topic
            order by happened_at desc, is_opening asc, ticket_key desc
            rows between unbounded preceding and current row
        ) as next_ticket_at
    from happenings
),

final as (
    select
        topics.ticket_key,
        topics.topic,
        next_openings.next_ticket_at
    from topics
    left join next_openings
        on topics.ticket_key = next_openings.ticket_key and next_openings.is_opening = 0
)

select * from final
