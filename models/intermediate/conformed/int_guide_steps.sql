-- What people did with guides (walk-throughs, checklists, training).
with guide_events as (
    select * from {{ ref('stg_pendo__guide_event') }} where row_status = 'used'
),

guides as (
    select * from {{ ref('stg_pendo__guide_history') }} where row_status = 'used' and is_current_version
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'pendo' and source_table = 'guide_event'
),

final as (
    select
        {{ record_key('pendo', 'guide_event', 'guide_events.event_row_id') }} as guide_event_key,
        'pendo' as source_system,
        guide_events.event_row_id as source_id,
        {{ record_key('pendo', 'visitor', 'guide_events.visitor_id') }} as person_key,
        {{ record_key('pendo', 'account', 'guide_events.account_id') }} as account_key,
        {{ record_key('pendo', 'guide', 'guide_events.guide_id') }} as guide_key,
        guides.guide_name,
        guides.is_training,
        guides.is_multi_step,
        guide_events.guide_step_id,
        guide_events.guide_event_type,
        guide_events.occurred_at
    from guide_events
    left join guides
        on guide_events.guide_id = guides.guide_id
    left join orphans
        on guide_events.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
