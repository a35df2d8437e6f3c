-- Training of a customer's people by the month of the session.
with registrants as (
    select
        *,
        {{ month_end('session_date') }} as month_end
    from {{ ref('int_training__registrants') }}
    where customer_id is not null
),

months as (
    select
        customer_id,
        month_end,
        count(distinct session_key) as training_session_count,
        count(*) as registrant_count,
        count(case when is_attended then 1 end) as attendee_count,
        count(case when is_completed then 1 end) as completed_count,
        avg(cast(watched_share as double)) as watched_share
    from registrants
    group by customer_id, month_end
),

final as (
    select
        customer_id,
        month_end,
        {{ is_partial_month('month_end') }} as is_partial,
        cast(training_session_count as bigint) as training_session_count,
        cast(registrant_count as bigint) as registrant_count,
        cast(attendee_count as bigint) as attendee_count,
        cast(attendee_count as double) / registrant_count as attendance_rate,
        cast(completed_count as bigint) as completed_count,
        cast(completed_count as double) / nullif(attendee_count, 0) as completion_rate,
        watched_share,
        {{ as_of_date() }} as as_of_date
    from months
)

select * from final
