-- Answers to surveys; the kind of a survey and the scale of its answers come from the rule seed surveys.
with source as (
    select * from {{ raw('wootric', 'responses') }}
),

surveys as (
    select * from {{ ref('surveys') }}
    where source_system = 'wootric'
),

typed as (
    select
        {{ clean_id('source.id') }} as response_id,
        {{ clean_id('source.end_user_id') }} as end_user_id,
        {{ clean_id('source.survey_id') }} as survey_id,
        surveys.kind as survey_kind,
        {{ to_integer('source.score') }} as score,
        {{ clean_text('source.text') }} as verbatim,
        {{ to_utc('source.created_at') }} as created_at,
        {{ to_utc('source.updated_at') }} as updated_at,
        {{ to_flag('source.completed') }} as is_completed,
        {{ is_true('source.excluded_from_calculations') }} as is_excluded,
        {{ clean_text('source.origin_url') }} as origin_url,
        {{ clean_text('source.tags') }} as tags,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_value', 'source.survey_id', none),
            ('missing_value', 'source.score', none),
            ('unparseable_number', 'source.score', to_integer('source.score')),
            ('out_of_range', 'source.score', to_integer('source.score')
                ~ ' between surveys.scale_min and surveys.scale_max'),
            ('missing_value', 'source.created_at', none),
            ('unparseable_date', 'source.created_at', to_utc('source.created_at')),
            ('future_date', 'source.created_at', to_utc('source.created_at')),
            ('unparseable_date', 'source.updated_at', to_utc('source.updated_at')),
            ('unparseable_flag', 'source.completed', to_flag('source.completed')),
            ('unparseable_flag', 'source.excluded_from_calculations', to_flag('source.excluded_from_calculations')),
        ]) }}
    from source
    left join surveys
        on {{ clean_id('source.survey_id') }} = surveys.survey_id
)

{{ with_row_status(
    'typed',
    key=['response_id'],
    kind='upsert',
    created='created_at',
    changed_at='updated_at',
    content=[
        'end_user_id', 'survey_id', 'score', 'verbatim', 'created_at', 'updated_at', 'is_completed', 'is_excluded',
        'origin_url', 'tags',
    ]
) }}
