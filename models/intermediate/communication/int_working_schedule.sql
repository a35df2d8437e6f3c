-- The schedule whose hours are ours for e-mail: the one that the seed communication_settings names, else the oldest.
with settings as (
    select * from {{ ref('communication_settings') }} where setting = 'schedule_id'
),

schedules as (
    select * from {{ ref('int_business_schedules') }} where not is_deleted
),

ranked as (
    select
        schedules.schedule_key,
        row_number() over (
            order by
                case
                    when schedules.schedule_key = {{ record_key('zendesk', 'schedule', 'settings.value') }} then 0
                    else 1
                end asc,
                schedules.created_at asc nulls last,
                schedules.schedule_key asc
        ) as preference
    from schedules
    cross join settings
)

select schedule_key from ranked where preference = 1
