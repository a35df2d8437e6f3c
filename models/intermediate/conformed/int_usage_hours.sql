-- Use of the product by a person in an hour: the raw events, read once and reduced.
with events as (
    select * from {{ ref('stg_pendo__event') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'pendo' and source_table = 'event'
),

final as (
    select
        'pendo' as source_system,
        {{ record_key('pendo', 'visitor', 'events.visitor_id') }} as person_key,
        {{ record_key('pendo', 'account', 'events.account_id') }} as account_key,
        events.occurred_at as used_at,
        cast(sum(events.event_count) as bigint) as event_count,
        cast(sum(events.minutes) as bigint) as active_minutes
    from events
    left join orphans
        on events.raw_key = orphans.raw_key
    where orphans.raw_key is null
    group by events.visitor_id, events.account_id, events.occurred_at
)

select * from final
