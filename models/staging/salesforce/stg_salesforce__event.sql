-- Meetings in the calendar.
with source as (
    select * from {{ raw('salesforce', 'event') }}
),

typed as (
    select
        {{ salesforce_id('id') }} as event_id,
        {{ salesforce_id('account_id') }} as account_id,
        {{ salesforce_id('who_id') }} as who_id,
        {{ salesforce_id('what_id') }} as what_id,
        {{ salesforce_id('owner_id') }} as owner_user_id,
        {{ clean_text('subject') }} as subject,
        {{ clean_text('type') }} as event_type,
        {{ clean_text('event_subtype') }} as event_subtype,
        {{ to_utc('start_date_time') }} as start_at,
        {{ to_utc('end_date_time') }} as end_at,
        {{ to_integer('duration_in_minutes') }} as duration_minutes,
        {{ to_utc('created_date') }} as created_at,
        {{ is_true('is_deleted') }} as is_deleted,
        coalesce({{ to_utc('system_modstamp') }}, {{ to_utc('last_modified_date') }}) as modified_at,
        coalesce({{ to_utc('system_modstamp') }}, {{ to_utc('last_modified_date') }}, {{ to_utc('_fivetran_synced') }})
            as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'created_date', none),
            ('unparseable_date', 'created_date', to_utc('created_date')),
            ('future_date', 'created_date', to_utc('created_date')),
            ('unparseable_date', 'start_date_time', to_utc('start_date_time')),
            ('unparseable_date', 'end_date_time', to_utc('end_date_time')),
            ('unparseable_number', 'duration_in_minutes', to_integer('duration_in_minutes')),
            ('unparseable_date', 'system_modstamp', to_utc('system_modstamp')),
            ('unparseable_date', 'last_modified_date', to_utc('last_modified_date')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'is_deleted', to_flag('is_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['event_id'],
    kind='upsert',
    created='created_at',
    changed_at='modified_at',
    content=['account_id', 'subject', 'created_at', 'start_at'],
    has_deletes=true
) }}
