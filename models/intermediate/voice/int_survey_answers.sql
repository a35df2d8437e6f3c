-- Answers to surveys: what each says on the scale of its survey, and whether it counts.
with responses as (
    {{ with_customer('int_survey_responses', account_key=none) }}
),

csat_scales as (
    select * from {{ ref('csat_scales') }}
),

settings as (
    select
        {{ voice_setting('nps_promoter_from', 'bigint') }},
        {{ voice_setting('nps_passive_from', 'bigint') }},
        {{ voice_setting('ces_easy_from', 'decimal(18, 4)') }}
    from {{ ref('voice_settings') }}
),

-- how far an answer is from the worst one, so that scales of either sense read alike
checked as (
    select
        *,
        case when is_low_good then scale_max - score else score - scale_min end as steps_up,
        scale_max - scale_min as steps,
        case
            when survey_kind is null then 'unknown_survey'
            when is_excluded then 'excluded'
            when not is_completed then 'incomplete'
        end as not_counted_reason
    from responses
),

valued as (
    select
        checked.*,
        settings.ces_easy_from,
        case
            when checked.not_counted_reason is not null or checked.survey_kind <> 'nps' then null
            when checked.score >= settings.nps_promoter_from then 100
            when checked.score >= settings.nps_passive_from then 0
            else -100
        end as nps_value,
        case
            when checked.not_counted_reason is null and checked.survey_kind = 'csat'
                then checked.steps - checked.steps_up < csat_scales.top_boxes
        end as csat_is_satisfied,
        case
            when checked.not_counted_reason is null and checked.survey_kind = 'ces'
                then cast(1 + 6 * cast(checked.steps_up as double) / checked.steps as decimal(18, 4))
        end as ces_value
    from checked
    cross join settings
    left join csat_scales
        on checked.steps + 1 = csat_scales.points
),

ranked as (
    select
        *,
        row_number() over (
            partition by survey_id, coalesce(person_id, person_key), not_counted_reason
            order by responded_at desc nulls last, response_key asc
        ) as recency
    from valued
),

final as (
    select
        response_key,
        source_system,
        customer_id,
        person_id,
        survey_id,
        survey_name,
        survey_kind as kind,
        scale_min,
        scale_max,
        responded_at,
        {{ to_reporting_date('responded_at') }} as response_date,
        score,
        not_counted_reason is null as is_counted,
        not_counted_reason,
        cast(nps_value as bigint) as nps_value,
        nps_value = 100 as is_promoter,
        nps_value = 0 as is_passive,
        nps_value = -100 as is_detractor,
        csat_is_satisfied,
        ces_value,
        ces_value >= ces_easy_from as ces_is_easy,
        not_counted_reason is null and recency = 1 as is_latest_of_person,
        verbatim
    from ranked
)

select * from final
