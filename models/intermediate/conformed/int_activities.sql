-- Meetings that took place and tasks that were done, by us with a customer.
with tasks as (
    select * from {{ ref('stg_salesforce__task') }} where {{ happened('completed_at') }}
),

events as (
    select * from {{ ref('stg_salesforce__event') }} where {{ happened('start_at') }}
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'salesforce' and source_table in ('task', 'event')
),

unioned as (
    select
        {{ record_key('salesforce', 'task', 'task_id') }} as activity_key,
        'salesforce' as source_system,
        'task' as source_table,
        task_id as source_id,
        raw_key,
        {{ record_key('salesforce', 'account', 'account_id') }} as account_key,
        {{ record_key('salesforce', 'contact', 'who_id') }} as person_key,
        {{ record_key('salesforce', 'user', 'owner_user_id') }} as owner_key,
        lower(coalesce(task_subtype, task_type, 'task')) as activity_kind,
        subject,
        created_at,
        -- a task has happened when it was completed; an open one has not
        completed_at as occurred_at,
        cast(round(call_duration_seconds / 60.0, 0) as bigint) as duration_minutes
    from tasks
    union all
    select
        {{ record_key('salesforce', 'event', 'event_id') }} as activity_key,
        'salesforce' as source_system,
        'event' as source_table,
        event_id as source_id,
        raw_key,
        {{ record_key('salesforce', 'account', 'account_id') }} as account_key,
        {{ record_key('salesforce', 'contact', 'who_id') }} as person_key,
        {{ record_key('salesforce', 'user', 'owner_user_id') }} as owner_key,
        lower(coalesce(event_type, 'meeting')) as activity_kind,
        subject,
        created_at,
        start_at as occurred_at,
        duration_minutes
    from events
),

final as (
    select
        unioned.activity_key,
        unioned.source_system,
        unioned.source_table,
        unioned.source_id,
        unioned.account_key,
        unioned.person_key,
        unioned.owner_key,
        unioned.activity_kind,
        unioned.subject,
        unioned.created_at,
        case when unioned.occurred_at < {{ as_of_end() }} then unioned.occurred_at end as occurred_at,
        unioned.duration_minutes
    from unioned
    left join orphans
        on unioned.source_table = orphans.source_table and unioned.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
