-- How long each side of an e-mail thread waited for the other, in all hours and in ours. An unanswered turn has no time
-- and stays in the list: without it a mean of answered mails hides who was never answered.
with turns as (
    select * from {{ ref('int_email_turns') }}
),

working_schedule as (
    select * from {{ ref('int_working_schedule') }}
),

clock as (
    select clocks.*
    from {{ ref('int_business_clock') }} as clocks
    inner join working_schedule
        on clocks.schedule_key = working_schedule.schedule_key
),

employees as (
    select
        lower(email) as email,
        min(employee_key) as employee_key,
        min(full_name) as full_name
    from {{ ref('int_employees') }}
    where email is not null
    group by lower(email)
),

-- ours is who answered, or else who was asked
addressed as (
    select
        *,
        case when is_incoming then lower(coalesce(answered_from, asked_address)) end as our_address
    from turns
),

clocked as (
    select
        addressed.*,
        case
            when addressed.answered_at is not null
                then {{ seconds_between('addressed.waiting_since', 'addressed.answered_at') }}
        end as response_seconds,
        {{ business_seconds('at_start', 'addressed.waiting_since', 'at_end', 'addressed.answered_at') }} as work_seconds
    from addressed
    left join clock as at_start
        on
            cast(addressed.waiting_since as date) = at_start.clock_date
            and addressed.waiting_since >= at_start.from_at
            and addressed.waiting_since < at_start.until_at
    left join clock as at_end
        on
            cast(addressed.answered_at as date) = at_end.clock_date
            and addressed.answered_at >= at_end.from_at
            and addressed.answered_at < at_end.until_at
),

final as (
    select
        clocked.turn_key,
        clocked.source_system,
        clocked.thread_key,
        cast(clocked.turn_number as bigint) as turn_number,
        case when clocked.is_incoming then 'us' else 'customer' end as awaited_side,
        clocked.customer_id,
        clocked.person_id,
        employees.employee_key,
        employees.full_name as employee_name,
        clocked.subject,
        cast(clocked.email_count as bigint) as email_count,
        clocked.waiting_since,
        clocked.answered_at,
        {{ to_reporting_date('clocked.answered_at') }} as answered_date,
        clocked.answered_at is not null as is_answered,
        cast(clocked.response_seconds as bigint) as response_seconds,
        -- asked and answered outside our hours, with none between: no working time to speak of
        cast(case
            when clocked.response_seconds > 0 and clocked.work_seconds = 0 then null
            when clocked.response_seconds is not null then clocked.work_seconds
        end as bigint) as work_response_seconds
    from clocked
    left join employees
        on clocked.our_address = employees.email
)

select * from final
