-- How far the time zones of the help desk are from UTC in winter.
with source as (
    select * from {{ raw('zendesk', 'time_zone') }}
),

-- "-03:30" is three and a half hours behind
split as (
    select
        *,
        case when trim(cast(standard_offset as {{ dbt.type_string() }})) like '-%' then -1 else 1 end as direction,
        {{ regex_replace(clean_text('standard_offset'), '^[+-]', '') }} as plain_offset
    from source
),

typed as (
    select
        {{ clean_text('time_zone') }} as time_zone,
        cast(
            direction * (
                try_cast(split_part(plain_offset, ':', 1) as bigint) * 60
                + coalesce(try_cast(nullif(split_part(plain_offset, ':', 2), '') as bigint), 0)
            ) as bigint
        ) as standard_offset_minutes,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'time_zone', none),
            ('missing_value', 'standard_offset', none),
            ('unparseable_number', 'standard_offset', "try_cast(split_part(plain_offset, ':', 1) as bigint)"),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from split
)

{{ with_row_status(
    'typed',
    key=['time_zone'],
    kind='upsert',
    content=['standard_offset_minutes']
) }}
