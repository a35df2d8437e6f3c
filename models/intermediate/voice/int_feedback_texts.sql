-- What customers wrote: comments of survey answers, subjects of tickets, comments of ratings. An answer that is taken
-- out of calculations on purpose is out here, too.
with responses as (
    select * from {{ ref('int_survey_answers') }}
    where verbatim is not null and coalesce(not_counted_reason, '') <> 'excluded'
),

tickets as (
    {{ with_customer('int_tickets') }}
),

ratings as (
    select * from {{ ref('int_ticket_ratings') }} where rating_comment is not null
),

unioned as (
    select
        response_key as text_key,
        source_system,
        'survey_comment' as text_kind,
        customer_id,
        person_id,
        responded_at as written_at,
        verbatim as feedback_text,
        nps_value
    from responses
    union all
    select
        ticket_key as text_key,
        source_system,
        'ticket_subject' as text_kind,
        customer_id,
        person_id,
        opened_at as written_at,
        subject as feedback_text,
        cast(null as bigint) as nps_value
    from tickets
    where subject is not null
    union all
    select
        ratings.rating_key as text_key,
        ratings.source_system,
        'rating_comment' as text_kind,
        tickets.customer_id,
        tickets.person_id,
        ratings.rated_at as written_at,
        ratings.rating_comment as feedback_text,
        cast(null as bigint) as nps_value
    from ratings
    inner join tickets
        on ratings.ticket_key = tickets.ticket_key
),

final as (
    select
        *,
        {{ plain_words('feedback_text') }} as plain_text
    from unioned
)

select * from final
