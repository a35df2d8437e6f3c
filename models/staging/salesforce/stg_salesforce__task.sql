-- Calls, to-dos and logged e-mails.
with source as (
    select * from {{ raw('salesforce', 'task') }}
),

typed as (
    select
        {{ salesforce_id('id') }} as task_id,
        {{ salesforce_id('account_id') }} as account_id,
        {{ salesforce_id('who_id') }} as who_id,
        {{ salesforce_id('what_id') }} as what_id,
        {{ salesforce_id('owner_id') }} as owner_user_id,
        {{ clean_text('subject') }} as subject,
        {{ clean_text('type') }} as task_type,
        {{ clean_text('task_subtype') }} as task_subtype,
        {{ clean_text('status') }} as task_status,
        {{ clean_text('priority') }} as priority,
        {{ to_flag('is_closed') }} as is_closed,
        {{ to_integer('call_duration_in_seconds') }} as call_duration_seconds,
        {{ clean_text('call_disposition') }} as call_disposition,
        cast({{ to_utc('activity_date') }} as date) as due_date,
        {{ to_utc('created_date') }} as created_at,
        {{ to_utc('completed_date_time') }} as completed_at,
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
            ('unparseable_date', 'activity_date', to_utc('activity_date')),
            ('unparseable_date', 'completed_date_time', to_utc('completed_date_time')),
            ('unparseable_number', 'call_duration_in_seconds', to_integer('call_duration_in_seconds')),
            ('unparseable_date', 'system_modstamp', to_utc('system_modstamp')),
            ('unparseable_date', 'last_modified_date', to_utc('last_modified_date')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'is_closed', to_flag('is_closed')),
            ('unparseable_flag', 'is_deleted', to_flag('is_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['task_id'],
    kind='upsert',
    created='created_at',
    changed_at='modified_at',
    content=['account_id', 'subject', 'created_at', 'completed_at'],
    has_deletes=true
) }}
