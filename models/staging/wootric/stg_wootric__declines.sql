-- Surveys that were shown and declined.
with source as (
    select * from {{ raw('wootric', 'declines') }}
),

typed as (
    select
        {{ clean_id('id') }} as decline_id,
        {{ clean_id('end_user_id') }} as end_user_id,
        {{ clean_id('survey_id') }} as survey_id,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', 'updated_at', to_utc('updated_at')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['decline_id'],
    kind='append',
    created='created_at',
    changed_at='updated_at',
    content=['end_user_id', 'survey_id', 'created_at', 'updated_at']
) }}
