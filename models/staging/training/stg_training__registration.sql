-- Registrations for training sessions; the tool overwrites them with what became of them.
with source as (
    select * from {{ raw('training', 'registration') }}
),

typed as (
    select
        {{ clean_id('id') }} as registration_id,
        {{ clean_id('session_id') }} as session_id,
        lower({{ clean_text('email') }}) as email,
        {{ to_utc('registered_at') }} as registered_at,
        {{ to_flag('attended') }} as is_attended,
        {{ to_decimal('watched_share') }} as watched_share,
        {{ to_flag('completed') }} as is_completed,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'session_id', none),
            ('missing_value', 'email', none),
            ('missing_value', 'registered_at', none),
            ('unparseable_date', 'registered_at', to_utc('registered_at')),
            ('future_date', 'registered_at', to_utc('registered_at')),
            ('unparseable_number', 'watched_share', to_decimal('watched_share')),
            ('out_of_range', 'watched_share', to_decimal('watched_share') ~ ' between 0 and 1'),
            ('unparseable_flag', 'attended', to_flag('attended')),
            ('unparseable_flag', 'completed', to_flag('completed')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['registration_id'],
    kind='upsert',
    created='registered_at',
    content=['session_id', 'email', 'registered_at', 'is_attended', 'watched_share', 'is_completed']
) }}
