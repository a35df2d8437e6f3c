-- E-mails, synced from mailboxes or from Email-to-Case.
with source as (
    select * from {{ raw('salesforce', 'email_message') }}
),

typed as (
    select
        {{ salesforce_id('id') }} as email_message_id,
        {{ salesforce_id('parent_id') }} as case_id,
        {{ salesforce_id('related_to_id') }} as related_to_id,
        {{ salesforce_id('activity_id') }} as task_id,
        {{ salesforce_id('reply_to_email_message_id') }} as reply_to_email_message_id,
        {{ clean_text('thread_identifier') }} as thread_id,
        {{ to_flag('incoming') }} as is_incoming,
        lower({{ clean_text('from_address') }}) as from_address,
        lower({{ clean_text('to_address') }}) as to_address,
        {{ clean_text('subject') }} as subject,
        {{ clean_text('status') }} as email_status,
        {{ to_flag('has_attachment') }} as has_attachment,
        {{ to_utc('message_date') }} as sent_at,
        {{ to_utc('created_date') }} as created_at,
        {{ is_true('is_deleted') }} as is_deleted,
        {{ to_utc('_fivetran_synced') }} as deleted_at,
        coalesce({{ to_utc('system_modstamp') }}, {{ to_utc('last_modified_date') }}) as modified_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'created_date', none),
            ('unparseable_date', 'created_date', to_utc('created_date')),
            ('future_date', 'created_date', to_utc('created_date')),
            ('unparseable_date', 'message_date', to_utc('message_date')),
            ('future_date', 'message_date', to_utc('message_date')),
            ('unparseable_date', 'system_modstamp', to_utc('system_modstamp')),
            ('unparseable_date', 'last_modified_date', to_utc('last_modified_date')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'incoming', to_flag('incoming')),
            ('unparseable_flag', 'has_attachment', to_flag('has_attachment')),
            ('unparseable_flag', 'is_deleted', to_flag('is_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['email_message_id'],
    kind='append',
    created='created_at',
    changed_at='modified_at',
    content=['thread_id', 'from_address', 'subject', 'created_at', 'sent_at'],
    has_deletes=true
) }}
