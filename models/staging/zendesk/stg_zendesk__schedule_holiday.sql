-- Days on which a schedule does not work.
with source as (
    select * from {{ raw('zendesk', 'schedule_holiday') }}
),

typed as (
    select
        {{ clean_id('id') }} as holiday_id,
        {{ clean_id('schedule_id') }} as schedule_id,
        {{ clean_text('name') }} as holiday_name,
        cast({{ to_utc('start_date') }} as date) as start_date,
        cast({{ to_utc('end_date') }} as date) as end_date,
        {{ is_true('_fivetran_deleted') }} as is_deleted,
        {{ to_utc('_fivetran_synced') }} as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'schedule_id', none),
            ('missing_value', 'start_date', none),
            ('unparseable_date', 'start_date', to_utc('start_date')),
            ('missing_value', 'end_date', none),
            ('unparseable_date', 'end_date', to_utc('end_date')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', '_fivetran_deleted', to_flag('_fivetran_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['holiday_id'],
    kind='upsert',
    content=['schedule_id', 'holiday_name', 'start_date', 'end_date'],
    has_deletes=true
) }}
