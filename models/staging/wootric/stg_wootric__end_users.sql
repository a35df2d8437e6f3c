-- People who were asked to answer a survey.
with source as (
    select * from {{ raw('wootric', 'end_users') }}
),

typed as (
    select
        {{ clean_id('id') }} as end_user_id,
        lower({{ clean_text('email') }}) as email,
        {{ clean_text('properties') }} as properties,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('external_created_at') }} as external_created_at,
        {{ to_utc('last_surveyed') }} as last_surveyed_at,
        {{ to_utc('last_seen_at') }} as last_seen_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', 'updated_at', to_utc('updated_at')),
            ('unparseable_date', 'external_created_at', to_utc('external_created_at')),
            ('unparseable_date', 'last_surveyed', to_utc('last_surveyed')),
            ('unparseable_date', 'last_seen_at', to_utc('last_seen_at')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['end_user_id'],
    kind='upsert',
    created='created_at',
    changed_at='updated_at',
    content=['email', 'created_at', 'updated_at', 'last_surveyed_at', 'last_seen_at', 'properties']
) }}
