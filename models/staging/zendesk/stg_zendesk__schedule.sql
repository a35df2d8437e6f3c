-- Business hours, one row an interval of the week, in minutes since Sunday 00:00 of the schedule's own time zone.
with source as (
    select * from {{ raw('zendesk', 'schedule') }}
),

typed as (
    select
        {{ clean_id('id') }} as schedule_id,
        {{ clean_text('name') }} as schedule_name,
        {{ clean_text('time_zone') }} as time_zone,
        {{ to_integer('start_time') }} as start_minute,
        {{ to_integer('end_time') }} as end_minute,
        {{ to_utc('created_at') }} as created_at,
        {{ is_true('_fivetran_deleted') }} as is_deleted,
        {{ to_utc('_fivetran_synced') }} as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'time_zone', none),
            ('missing_value', 'start_time', none),
            ('unparseable_number', 'start_time', to_integer('start_time')),
            ('missing_value', 'end_time', none),
            ('unparseable_number', 'end_time', to_integer('end_time')),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', '_fivetran_deleted', to_flag('_fivetran_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['schedule_id', 'start_minute'],
    kind='upsert',
    created='created_at',
    content=['schedule_id', 'schedule_name', 'time_zone', 'end_minute'],
    has_deletes=true
) }}
