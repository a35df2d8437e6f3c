-- Incidents of the service; one that is not over has no resolved_at.
with source as (
    select * from {{ raw('status', 'incident') }}
),

typed as (
    select
        {{ clean_id('id') }} as incident_id,
        {{ clean_id('component_id') }} as component_id,
        {{ to_utc('started_at') }} as started_at,
        {{ to_utc('resolved_at') }} as resolved_at,
        lower({{ clean_text('impact') }}) as impact,
        {{ clean_text('title') }} as title,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'component_id', none),
            ('missing_value', 'started_at', none),
            ('unparseable_date', 'started_at', to_utc('started_at')),
            ('future_date', 'started_at', to_utc('started_at')),
            ('unparseable_date', 'resolved_at', to_utc('resolved_at')),
            ('out_of_range', 'resolved_at', to_utc('resolved_at') ~ ' >= ' ~ to_utc('started_at')),
            ('missing_value', 'impact', none),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['incident_id'],
    kind='upsert',
    created='started_at',
    content=['component_id', 'started_at', 'resolved_at', 'impact', 'title']
) }}
