-- Surveys that were shown and declined.
with declines as (
    select * from {{ ref('stg_wootric__declines') }} where row_status = 'used'
),

surveys as (
    select * from {{ ref('surveys') }}
),

final as (
    select
        {{ record_key('wootric', 'decline', 'declines.decline_id') }} as decline_key,
        'wootric' as source_system,
        declines.decline_id as source_id,
        {{ record_key('wootric', 'end_users', 'declines.end_user_id') }} as person_key,
        declines.survey_id,
        surveys.kind as survey_kind,
        declines.created_at as declined_at
    from declines
    left join surveys
        on declines.survey_id = surveys.survey_id and surveys.source_system = 'wootric'
)

select * from final
