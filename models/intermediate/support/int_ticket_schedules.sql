-- Whose business hours count for a ticket: those that the seed support_group_schedules gives to the group in which it
-- was opened, else those in the time zone of its first agent, else the help desk's first schedule.
with fields as (
    select * from {{ ref('int_ticket_fields') }}
),

first_repliers as (
    select
        ticket_key,
        actor_key,
        row_number() over (partition by ticket_key order by replied_at asc, ticket_event_key asc) as reply_number
    from {{ ref('int_ticket_replies') }}
),

agents as (
    select * from {{ ref('int_support_agents') }}
),

group_schedules as (
    select * from {{ ref('support_group_schedules') }}
),

schedules as (
    select
        schedule_key,
        max(iana_name) as iana_name,
        max(created_at) as created_at
    from {{ ref('int_business_days') }}
    group by schedule_key
),

ranked_schedules as (
    select
        schedule_key,
        iana_name,
        row_number() over (order by created_at asc nulls last, schedule_key asc) as rank_of_all,
        row_number() over (
            partition by iana_name
            order by created_at asc nulls last, schedule_key asc
        ) as rank_in_zone
    from schedules
),

final as (
    select
        fields.ticket_key,
        coalesce(of_group.schedule_key, of_zone.schedule_key, of_all.schedule_key) as schedule_key
    from fields
    left join first_repliers
        on fields.ticket_key = first_repliers.ticket_key and first_repliers.reply_number = 1
    left join agents
        on coalesce(fields.first_assignee_key, first_repliers.actor_key) = agents.employee_key
    left join group_schedules
        on fields.first_group_id = group_schedules.group_id
    left join ranked_schedules as of_group
        on {{ record_key('zendesk', 'schedule', 'group_schedules.schedule_id') }} = of_group.schedule_key
    left join ranked_schedules as of_zone
        on agents.iana_name = of_zone.iana_name and of_zone.rank_in_zone = 1
    left join ranked_schedules as of_all
        on of_all.rank_of_all = 1
)

select * from final
