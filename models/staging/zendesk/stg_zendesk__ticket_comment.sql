-- Messages in tickets, public replies and internal notes.
with source as (
    select * from {{ raw('zendesk', 'ticket_comment') }}
),

typed as (
    select
        {{ clean_id('id') }} as comment_id,
        {{ clean_id('ticket_id') }} as ticket_id,
        {{ clean_id('user_id') }} as user_id,
        {{ to_utc('created') }} as created_at,
        {{ to_flag(adapter.quote('public')) }} as is_public,
        {{ clean_text('body') }} as body,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'ticket_id', none),
            ('missing_value', 'created', none),
            ('unparseable_date', 'created', to_utc('created')),
            ('future_date', 'created', to_utc('created')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['comment_id'],
    kind='append',
    created='created_at',
    content=['ticket_id', 'user_id', 'created_at', 'is_public']
) }}
