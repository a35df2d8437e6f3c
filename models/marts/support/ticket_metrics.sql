-- Each support ticket with what is measured of it, as known on as_of_date.
with metrics as (
    select * from {{ ref('int_ticket_metrics') }}
),

final as (
    select
        ticket_key,
        source_system,
        source_id,
        customer_id,
        person_id,
        requester_key,
        subject,
        topic,
        channel,
        ticket_type,
        created_at,
        {{ to_reporting_date('created_at') }} as created_date,
        ticket_status,
        is_open,
        priority,
        sla_priority,
        group_id,
        assignee_key,
        assignee_name,
        schedule_key,
        is_opened_by_agent,
        merged_into_key,
        is_counted,
        first_replied_at,
        {{ to_reporting_date('first_replied_at') }} as first_replied_date,
        reply_count,
        first_solved_at,
        {{ to_reporting_date('first_solved_at') }} as first_solved_date,
        solved_at,
        {{ to_reporting_date('solved_at') }} as solved_date,
        reopen_count,
        agent_handovers,
        group_handovers,
        first_reply_minutes,
        first_reply_business_minutes,
        first_resolution_minutes,
        first_resolution_business_minutes,
        full_resolution_minutes,
        full_resolution_business_minutes,
        is_unreplied,
        touch,
        is_one_touch_fcr,
        is_fcr,
        is_fcr_provisional,
        recontacted_at,
        satisfaction,
        rated_at,
        as_of_date
    from metrics
)

select * from final
