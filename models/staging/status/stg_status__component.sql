-- Parts of the service that the status page watches.
with source as (
    select * from {{ raw('status', 'component') }}
),

typed as (
    select
        {{ clean_id('id') }} as component_id,
        {{ clean_text('name') }} as component_name,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['component_id'],
    kind='upsert',
    created='created_at',
    content=['component_name', 'created_at']
) }}
