-- Turns of e-mail threads: what one side writes in a row is one turn, and it waits for the first mail of the other
-- side. A mail without a thread is a thread of its own.
with emails as (
    {{ with_customer('int_emails') }}
),

threaded as (
    select
        *,
        coalesce(thread_id, email_key) as thread_key
    from emails
    where sent_at is not null
),

followed as (
    select
        *,
        lag(is_incoming) over (partition by thread_key order by sent_at asc, email_key asc) as was_incoming
    from threaded
),

numbered as (
    select
        *,
        sum(case when was_incoming = is_incoming then 0 else 1 end) over (
            partition by thread_key
            order by sent_at asc, email_key asc
            rows between unbounded preceding and current row
        ) as turn_number
    from followed
),

placed as (
    select
        *,
        row_number() over (partition by thread_key, turn_number order by sent_at asc, email_key asc) as place_in_turn,
        count(*) over (partition by thread_key, turn_number) as email_count
    from numbered
),

firsts as (
    select * from placed where place_in_turn = 1
),

final as (
    select
        email_key as turn_key,
        source_system,
        thread_key,
        turn_number,
        email_count,
        is_incoming,
        customer_id,
        person_id,
        subject,
        sent_at as waiting_since,
        to_address as asked_address,
        lead(sent_at) over (partition by thread_key order by turn_number) as answered_at,
        lead(email_key) over (partition by thread_key order by turn_number) as answer_email_key,
        lead(from_address) over (partition by thread_key order by turn_number) as answered_from
    from firsts
)

select * from final
