-- Answers to surveys, with the kind and scale that the seed `surveys` gives.
with responses as (
    select * from {{ ref('stg_wootric__responses') }} where row_status = 'used'
),

surveys as (
    select * from {{ ref('surveys') }}
),

final as (
    select
        {{ record_key('wootric', 'response', 'responses.response_id') }} as response_key,
        'wootric' as source_system,
        responses.response_id as source_id,
        {{ record_key('wootric', 'end_users', 'responses.end_user_id') }} as person_key,
        responses.survey_id,
        surveys.survey_name,
        surveys.kind as survey_kind,
        surveys.scale_min,
        surveys.scale_max,
        coalesce(surveys.low_is_good, false) as is_low_good,
        responses.score,
        responses.verbatim,
        coalesce(responses.is_completed, true) as is_completed,
        -- an answer that was taken out after as_of_date still counts on that day
        coalesce(responses.is_excluded, false)
        and coalesce(responses.updated_at < {{ as_of_end() }}, true) as is_excluded,
        responses.created_at as responded_at
    from responses
    left join surveys
        on responses.survey_id = surveys.survey_id and surveys.source_system = 'wootric'
)

select * from final
