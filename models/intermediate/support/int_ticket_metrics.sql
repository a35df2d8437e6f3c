-- Each support ticket with what is measured of it, as known on as_of_date. Times run in minutes of the calendar and of
-- business hours: for each time those of the schedule that the ticket was on at its end, over its whole length, as the
-- help desk counts them itself (int_ticket_schedules).
with tickets as (
    {{ with_customer('int_tickets') }}
),

fields as (
    select * from {{ ref('int_ticket_fields') }}
),

schedules as (
    select * from {{ ref('int_ticket_schedules') }}
),

employees as (
    select * from {{ ref('int_employees') }} where source_system = 'zendesk'
),

-- where comments are delivered at all, a ticket without any has none
comments as (
    select count(*) > 0 as are_delivered from {{ ref('int_ticket_events') }} where event_kind = 'comment'
),

replies as (
    select
        ticket_key,
        min(replied_at) as first_replied_at,
        count(*) as reply_count
    from {{ ref('int_ticket_replies') }}
    group by ticket_key
),

solutions as (
    select
        ticket_key,
        min(case when is_solved then occurred_at end) as first_solved_at,
        max(case when is_solved then occurred_at end) as last_solved_at,
        count(case when is_solved then 1 end) as solved_count,
        min(case when not is_solved then occurred_at end) as first_returned_at
    from {{ ref('int_ticket_solutions') }}
    group by ticket_key
),

ticket_merges as (
    select * from {{ ref('int_ticket_merges') }}
),

recontacts as (
    select * from {{ ref('int_ticket_recontacts') }}
),

-- one row a ticket: somebody may have rated twice
ratings as (
    select
        ticket_key,
        rating,
        rated_at,
        row_number() over (partition by ticket_key order by rated_at desc, rating_key desc) as recency
    from {{ ref('int_ticket_ratings') }}
),

agents as (
    select * from {{ ref('int_support_agents') }} where not is_automation
),

fcr_setting as (
    select value as fcr_window_days from {{ ref('support_settings') }} where setting = 'fcr_window_days'
),

joined as (
    select
        tickets.ticket_key,
        tickets.source_system,
        tickets.source_id,
        tickets.customer_id,
        tickets.person_id,
        tickets.person_key as requester_key,
        tickets.subject,
        recontacts.topic,
        tickets.via_channel as channel,
        tickets.ticket_type,
        tickets.opened_at,
        tickets.ticket_status,
        tickets.is_open,
        tickets.dropped_at,
        fields.priority,
        fields.first_priority as sla_priority,
        fields.group_id,
        fields.assignee_key,
        schedules.schedule_key,
        agents.employee_key is not null and coalesce(tickets.submitter_key <> tickets.person_key, true)
            as is_opened_by_agent,
        ticket_merges.merged_into_key,
        ticket_merges.merged_into_key is null as is_counted,
        fields.has_status_history,
        case when comments.are_delivered then coalesce(replies.reply_count, 0) end as reply_count,
        replies.first_replied_at,
        solutions.first_solved_at,
        case when not tickets.is_open then solutions.last_solved_at end as solved_at,
        case
            when fields.has_status_history then greatest(coalesce(solutions.solved_count, 0) - 1, 0)
        end as reopen_count,
        fields.agent_handovers,
        fields.group_handovers,
        least(
            coalesce(recontacts.next_ticket_at, solutions.first_returned_at),
            coalesce(solutions.first_returned_at, recontacts.next_ticket_at)
        ) as recontacted_at,
        {{ plus_minutes('solutions.first_solved_at', 'fcr_setting.fcr_window_days * 1440') }} as fcr_until,
        ratings.rating as satisfaction,
        ratings.rated_at
    from tickets
    cross join fcr_setting
    cross join comments
    inner join fields
        on tickets.ticket_key = fields.ticket_key
    left join schedules
        on tickets.ticket_key = schedules.ticket_key and schedules.until_at is null
    left join recontacts
        on tickets.ticket_key = recontacts.ticket_key
    left join replies
        on tickets.ticket_key = replies.ticket_key
    left join solutions
        on tickets.ticket_key = solutions.ticket_key
    left join ticket_merges
        on tickets.ticket_key = ticket_merges.ticket_key
    left join ratings
        on tickets.ticket_key = ratings.ticket_key and ratings.recency = 1
    left join agents
        on tickets.submitter_key = agents.employee_key
),

-- whose hours count for each time
scheduled as (
    select
        joined.*,
        of_reply.schedule_key as reply_schedule_key,
        of_first_solution.schedule_key as first_solution_schedule_key,
        of_solution.schedule_key as solution_schedule_key
    from joined
    left join schedules as of_reply
        on
            joined.ticket_key = of_reply.ticket_key
            and joined.first_replied_at is not null
            and coalesce(joined.first_replied_at >= of_reply.from_at, true)
            and coalesce(joined.first_replied_at < of_reply.until_at, true)
    left join schedules as of_first_solution
        on
            joined.ticket_key = of_first_solution.ticket_key
            and joined.first_solved_at is not null
            and coalesce(joined.first_solved_at >= of_first_solution.from_at, true)
            and coalesce(joined.first_solved_at < of_first_solution.until_at, true)
    left join schedules as of_solution
        on
            joined.ticket_key = of_solution.ticket_key
            and joined.solved_at is not null
            and coalesce(joined.solved_at >= of_solution.from_at, true)
            and coalesce(joined.solved_at < of_solution.until_at, true)
),

timed as (
    select
        scheduled.*,
        {{ not_negative(seconds_between('scheduled.opened_at', 'scheduled.first_replied_at')) }} as first_reply_seconds,
        {{ business_seconds(
            'before_reply', 'scheduled.opened_at', 'at_reply', 'scheduled.first_replied_at'
        ) }} as first_reply_business_seconds,
        {{ not_negative(seconds_between('scheduled.opened_at', 'scheduled.first_solved_at')) }}
            as first_resolution_seconds,
        {{ business_seconds(
            'before_first_solution', 'scheduled.opened_at', 'at_first_solution', 'scheduled.first_solved_at'
        ) }} as first_resolution_business_seconds,
        {{ not_negative(seconds_between('scheduled.opened_at', 'scheduled.solved_at')) }} as full_resolution_seconds,
        {{ business_seconds(
            'before_solution', 'scheduled.opened_at', 'at_solution', 'scheduled.solved_at'
        ) }} as full_resolution_business_seconds
    from scheduled
    left join {{ ref('int_business_clock') }} as before_reply
        on {{ on_business_clock(
            'before_reply', 'scheduled.reply_schedule_key', 'scheduled.opened_at'
        ) }}
    left join {{ ref('int_business_clock') }} as at_reply
        on {{ on_business_clock(
            'at_reply', 'scheduled.reply_schedule_key', 'scheduled.first_replied_at'
        ) }}
    left join {{ ref('int_business_clock') }} as before_first_solution
        on {{ on_business_clock(
            'before_first_solution', 'scheduled.first_solution_schedule_key', 'scheduled.opened_at'
        ) }}
    left join {{ ref('int_business_clock') }} as at_first_solution
        on {{ on_business_clock(
            'at_first_solution', 'scheduled.first_solution_schedule_key', 'scheduled.first_solved_at'
        ) }}
    left join {{ ref('int_business_clock') }} as before_solution
        on {{ on_business_clock(
            'before_solution', 'scheduled.solution_schedule_key', 'scheduled.opened_at'
        ) }}
    left join {{ ref('int_business_clock') }} as at_solution
        on {{ on_business_clock(
            'at_solution', 'scheduled.solution_schedule_key', 'scheduled.solved_at'
        ) }}
),

final as (
    select
        timed.ticket_key,
        timed.source_system,
        timed.source_id,
        timed.customer_id,
        timed.person_id,
        timed.requester_key,
        timed.subject,
        timed.topic,
        timed.channel,
        timed.ticket_type,
        timed.opened_at as created_at,
        timed.ticket_status,
        timed.is_open,
        timed.dropped_at,
        timed.priority,
        timed.sla_priority,
        timed.group_id,
        timed.assignee_key,
        employees.full_name as assignee_name,
        timed.schedule_key,
        timed.is_opened_by_agent,
        timed.merged_into_key,
        timed.is_counted,
        timed.first_replied_at,
        cast(timed.reply_count as bigint) as reply_count,
        timed.first_solved_at,
        timed.solved_at,
        cast(timed.reopen_count as bigint) as reopen_count,
        cast(timed.agent_handovers as bigint) as agent_handovers,
        cast(timed.group_handovers as bigint) as group_handovers,
        case when timed.is_counted then cast(floor(timed.first_reply_seconds / 60) as bigint) end
            as first_reply_minutes,
        case when timed.is_counted then cast(floor(timed.first_reply_business_seconds / 60) as bigint) end
            as first_reply_business_minutes,
        case when timed.is_counted then cast(floor(timed.first_resolution_seconds / 60) as bigint) end
            as first_resolution_minutes,
        case when timed.is_counted then cast(floor(timed.first_resolution_business_seconds / 60) as bigint) end
            as first_resolution_business_minutes,
        case when timed.is_counted then cast(floor(timed.full_resolution_seconds / 60) as bigint) end
            as full_resolution_minutes,
        case when timed.is_counted then cast(floor(timed.full_resolution_business_seconds / 60) as bigint) end
            as full_resolution_business_minutes,
        case
            when timed.is_counted and timed.reply_count is not null
                then timed.reply_count = 0 and not timed.is_opened_by_agent
        end as is_unreplied,
        case
            when not timed.is_counted or timed.is_open or timed.dropped_at is not null then null
            when timed.reply_count = 0 then 'zero_touch'
            when timed.reply_count = 1 then 'one_touch'
            when timed.reply_count = 2 then 'two_touch'
            when timed.reply_count > 2 then 'multi_touch'
        end as touch,
        case
            when timed.is_counted and not timed.is_open and timed.dropped_at is null and timed.reply_count > 0
                then timed.reply_count = 1
        end as is_one_touch_fcr,
        case
            when timed.is_counted and timed.first_solved_at is not null
                then coalesce(timed.recontacted_at > timed.fcr_until, true)
        end as is_fcr,
        case
            when timed.is_counted and timed.first_solved_at is not null then timed.fcr_until >= {{ as_of_end() }}
        end as is_fcr_provisional,
        timed.recontacted_at,
        timed.satisfaction,
        timed.rated_at,
        {{ as_of_date() }} as as_of_date
    from timed
    left join employees
        on timed.assignee_key = employees.employee_key
)

select * from final
