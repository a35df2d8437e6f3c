-- Answers to surveys with what each says, and whether it counts.
with answers as (
    select * from {{ ref('int_survey_answers') }}
),

final as (
    select
        response_key,
        source_system,
        customer_id,
        person_id,
        survey_id,
        survey_name,
        kind,
        scale_min,
        scale_max,
        responded_at,
        response_date,
        score,
        is_counted,
        not_counted_reason,
        nps_value,
        is_promoter,
        is_passive,
        is_detractor,
        csat_is_satisfied,
        ces_value,
        ces_is_easy,
        is_latest_of_person,
        verbatim
    from answers
)

select * from final
