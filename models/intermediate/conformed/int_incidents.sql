-- Incidents of the service; one that was not over by the end of as_of_date lasts until then.
with incidents as (
    select * from {{ ref('stg_status__incident') }} where row_status = 'used'
),

components as (
    select * from {{ ref('stg_status__component') }} where row_status = 'used'
),

impacts as (
    select * from {{ ref('incident_impacts') }}
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'status' and source_table = 'incident'
),

dated as (
    select
        incidents.*,
        case when incidents.resolved_at < {{ as_of_end() }} then incidents.resolved_at end as known_resolved_at
    from incidents
    left join orphans
        on incidents.raw_key = orphans.raw_key
    where orphans.raw_key is null
),

final as (
    select
        {{ record_key('status', 'incident', 'dated.incident_id') }} as incident_key,
        'status' as source_system,
        dated.incident_id as source_id,
        {{ record_key('status', 'component', 'dated.component_id') }} as component_key,
        components.component_name,
        dated.title,
        dated.impact,
        coalesce(impacts.is_downtime, false) as is_downtime,
        dated.started_at,
        dated.known_resolved_at as resolved_at,
        coalesce(dated.known_resolved_at, {{ as_of_end() }}) as ended_at
    from dated
    left join components
        on dated.component_id = components.component_id
    left join impacts
        on dated.impact = impacts.impact
)

select * from final
