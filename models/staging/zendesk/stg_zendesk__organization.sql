-- Companies in the help desk.
with source as (
    select * from {{ raw('zendesk', 'organization') }}
),

typed as (
    select
        {{ clean_id('id') }} as organization_id,
        {{ clean_text('name') }} as organization_name,
        {{ clean_id('external_id') }} as external_id,
        {{ clean_text('details') }} as details,
        {{ clean_text('notes') }} as notes,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ is_true('_fivetran_deleted') }} as is_deleted,
        {{ to_utc('_fivetran_synced') }} as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'name', none),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', 'updated_at', to_utc('updated_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', '_fivetran_deleted', to_flag('_fivetran_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['organization_id'],
    kind='upsert',
    created='created_at',
    changed_at='updated_at',
    content=['organization_name', 'external_id', 'created_at', 'updated_at'],
    has_deletes=true
) }}
