-- Support requests, as the help desk shows them now.
with source as (
    select * from {{ raw('zendesk', 'ticket') }}
),

typed as (
    select
        {{ clean_id('id') }} as ticket_id,
        {{ clean_id('requester_id') }} as requester_id,
        {{ clean_id('submitter_id') }} as submitter_id,
        {{ clean_id('assignee_id') }} as assignee_id,
        {{ clean_id('organization_id') }} as organization_id,
        {{ clean_id('group_id') }} as group_id,
        {{ clean_text('subject') }} as subject,
        {{ clean_text('description') }} as description,
        lower({{ clean_text('status') }}) as ticket_status,
        lower({{ clean_text('priority') }}) as priority,
        lower({{ clean_text('type') }}) as ticket_type,
        lower({{ clean_text('via_channel') }}) as via_channel,
        {{ clean_text('merged_ticket_ids') }} as merged_ticket_ids,
        {{ clean_text('followup_ids') }} as followup_ticket_ids,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('due_at') }} as due_at,
        coalesce(lower({{ clean_text('status') }}) = 'deleted', false) as is_deleted,
        coalesce({{ to_utc('updated_at') }}, {{ to_utc('_fivetran_synced') }}) as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'status', none),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', 'updated_at', to_utc('updated_at')),
            ('unparseable_date', 'due_at', to_utc('due_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['ticket_id'],
    kind='upsert',
    created='created_at',
    changed_at='updated_at',
    content=['requester_id', 'organization_id', 'ticket_status', 'created_at', 'updated_at'],
    has_deletes=true
) }}
