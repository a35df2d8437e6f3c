-- When the time zones of the help desk have summer time, year by year.
with source as (
    select * from {{ raw('zendesk', 'daylight_time') }}
),

typed as (
    select
        {{ clean_text('time_zone') }} as time_zone,
        {{ to_integer('year') }} as daylight_year,
        {{ to_utc('daylight_start_utc') }} as starts_at,
        {{ to_utc('daylight_end_utc') }} as ends_at,
        cast({{ to_decimal('daylight_offset') }} * 60 as bigint) as daylight_offset_minutes,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'time_zone', none),
            ('missing_value', 'year', none),
            ('unparseable_number', 'year', to_integer('year')),
            ('missing_value', 'daylight_start_utc', none),
            ('unparseable_date', 'daylight_start_utc', to_utc('daylight_start_utc')),
            ('missing_value', 'daylight_end_utc', none),
            ('unparseable_date', 'daylight_end_utc', to_utc('daylight_end_utc')),
            ('missing_value', 'daylight_offset', none),
            ('unparseable_number', 'daylight_offset', to_decimal('daylight_offset')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['time_zone', 'daylight_year'],
    kind='upsert',
    content=['starts_at', 'ends_at', 'daylight_offset_minutes']
) }}
