-- Customers' ratings of tickets, also those that were offered and not given.
with source as (
    select * from {{ raw('zendesk', 'satisfaction_rating') }}
),

typed as (
    select
        {{ clean_id('id') }} as rating_id,
        {{ clean_id('ticket_id') }} as ticket_id,
        {{ clean_id('requester_id') }} as requester_id,
        {{ clean_id('assignee_id') }} as assignee_id,
        {{ clean_id('group_id') }} as group_id,
        lower({{ clean_text('score') }}) as rating,
        {{ clean_text('comment') }} as rating_comment,
        {{ clean_text('reason') }} as reason,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'ticket_id', none),
            ('missing_value', 'score', none),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', 'updated_at', to_utc('updated_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['rating_id'],
    kind='upsert',
    created='created_at',
    changed_at='updated_at',
    content=['ticket_id', 'requester_id', 'rating', 'created_at', 'updated_at']
) }}
