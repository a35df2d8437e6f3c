-- Which schedule a ticket was put on, and when.
with source as (
    select * from {{ raw('zendesk', 'ticket_schedule') }}
),

typed as (
    select
        {{ clean_id('ticket_id') }} as ticket_id,
        {{ clean_id('schedule_id') }} as schedule_id,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'ticket_id', none),
            ('missing_value', 'schedule_id', none),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['ticket_id', 'created_at'],
    kind='append',
    created='created_at',
    content=['ticket_id', 'created_at', 'schedule_id']
) }}
