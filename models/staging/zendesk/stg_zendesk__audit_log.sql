-- Changes of the help desk's own settings: its schedules, the roles of its users.
with source as (
    select * from {{ raw('zendesk', 'audit_log') }}
),

typed as (
    select
        {{ clean_id('id') }} as audit_id,
        lower({{ clean_text('action') }}) as action,
        {{ clean_id('actor_id') }} as actor_id,
        {{ clean_text('change_description') }} as change_description,
        lower({{ clean_text('source_type') }}) as audited_type,
        {{ clean_id('source_id') }} as audited_id,
        {{ clean_text('source_label') }} as audited_label,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['audit_id'],
    kind='append',
    created='created_at',
    content=['audited_type', 'audited_id', 'created_at', 'change_description']
) }}
