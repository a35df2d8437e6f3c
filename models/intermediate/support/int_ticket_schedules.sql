-- Whose business hours count for a ticket, from when to when: those of the schedule that the help desk put it on.
-- Before that, and where the help desk does not say, those that the seed support_group_schedules gives to the group in
-- which it was opened, else those in the time zone of its first agent, else the help desk's first schedule.
with fields as (
    select * from {{ ref('int_ticket_fields') }}
),

first_repliers as (
    select
        ticket_key,
        actor_key,
        row_number() over (
            partition by ticket_key
            order by replied_at asc, length(ticket_event_key) asc, ticket_event_key asc
        ) as reply_number
    from {{ ref('int_ticket_replies') }}
),

agents as (
    select * from {{ ref('int_support_agents') }}
),

group_schedules as (
    select * from {{ ref('support_group_schedules') }}
),

delivered as (
    select
        {{ record_key('zendesk', 'ticket', 'ticket_id') }} as ticket_key,
        {{ record_key('zendesk', 'schedule', 'schedule_id') }} as schedule_key,
        created_at as from_at
    from {{ ref('stg_zendesk__ticket_schedule') }}
    where row_status = 'used'
),

-- A help desk that says whose hours count names those that are not its first schedule's: then nothing is guessed.
desk as (
    select count(*) > 0 as names_schedules from delivered
),

schedules as (
    select * from {{ ref('int_business_schedules') }}
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
    where not is_deleted
),

by_rule as (
    select
        fields.ticket_key,
        coalesce(of_group.schedule_key, of_zone.schedule_key, of_all.schedule_key) as schedule_key,
        cast(null as timestamp) as from_at
    from fields
    cross join desk
    left join first_repliers
        on fields.ticket_key = first_repliers.ticket_key and first_repliers.reply_number = 1
    left join agents
        on coalesce(fields.first_assignee_key, first_repliers.actor_key) = agents.employee_key
    left join group_schedules
        on fields.first_group_id = group_schedules.group_id
    left join ranked_schedules as of_group
        on {{ record_key('zendesk', 'schedule', 'group_schedules.schedule_id') }} = of_group.schedule_key
    left join ranked_schedules as of_zone
        on
            agents.iana_name = of_zone.iana_name
            and of_zone.rank_in_zone = 1
            and not desk.names_schedules
    left join ranked_schedules as of_all
        on of_all.rank_of_all = 1
),

spans as (
    select
        delivered.ticket_key,
        delivered.schedule_key,
        delivered.from_at
    from delivered
    inner join schedules
        on delivered.schedule_key = schedules.schedule_key
    inner join fields
        on delivered.ticket_key = fields.ticket_key
    union all
    select * from by_rule
),

final as (
    select
        ticket_key,
        schedule_key,
        from_at,
        lead(from_at) over (partition by ticket_key order by from_at asc nulls first) as until_at
    from spans
)

select * from final
