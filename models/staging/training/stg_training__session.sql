-- Training sessions, those that are still to come too.
with source as (
    select * from {{ raw('training', 'session') }}
),

typed as (
    select
        {{ clean_id('id') }} as session_id,
        {{ clean_text('title') }} as title,
        {{ to_utc('starts_at') }} as starts_at,
        {{ to_integer('duration_minutes') }} as duration_minutes,
        lower({{ clean_text('kind') }}) as session_kind,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'starts_at', none),
            ('unparseable_date', 'starts_at', to_utc('starts_at')),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_number', 'duration_minutes', to_integer('duration_minutes')),
            ('out_of_range', 'duration_minutes', to_integer('duration_minutes') ~ ' >= 0'),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['session_id'],
    kind='upsert',
    created='created_at',
    content=['title', 'starts_at', 'duration_minutes', 'session_kind', 'created_at']
) }}
