-- What the people of a customer did for a step on a day. People are the tool's users. An act counts towards a step
-- unless it only begins or leaves a guide.
with steps as (
    select * from {{ ref('int_onboarding__steps') }}
),

outcomes as (
    select * from {{ ref('guide_outcomes') }}
),

guide_steps as (
    {{ with_customer('int_guide_steps') }}
),

feature_days as (
    {{ with_customer('int_feature_usage_days') }}
),

usage_days as (
    {{ with_customer('int_usage_days') }}
),

tickets as (
    {{ with_customer('int_tickets') }}
),

acts as (
    select
        steps.step_id,
        guide_steps.customer_id,
        guide_steps.person_key,
        {{ to_reporting_date('guide_steps.occurred_at') }} as act_date,
        coalesce(outcomes.outcome, 'started') as outcome
    from guide_steps
    inner join steps
        on
            steps.kind = 'guide'
            and (
                guide_steps.guide_key = steps.guide_key
                or (steps.is_declared and lower(guide_steps.guide_name) = steps.subject)
            )
    left join outcomes
        on lower(guide_steps.guide_event_type) = outcomes.guide_event_type
    union all
    select
        steps.step_id,
        feature_days.customer_id,
        feature_days.person_key,
        feature_days.usage_date as act_date,
        'completed' as outcome
    from feature_days
    inner join steps
        on
            (steps.kind = 'feature' and lower(feature_days.feature_name) = steps.subject)
            or (steps.kind = 'core_feature' and feature_days.is_core_feature)
    union all
    select
        steps.step_id,
        usage_days.customer_id,
        usage_days.person_key,
        usage_days.usage_date as act_date,
        'completed' as outcome
    from usage_days
    inner join steps
        on steps.kind = 'usage'
    union all
    select
        steps.step_id,
        tickets.customer_id,
        tickets.person_key,
        {{ to_reporting_date('tickets.opened_at') }} as act_date,
        'completed' as outcome
    from tickets
    inner join steps
        on steps.kind = 'ticket'
),

final as (
    select
        customer_id,
        step_id,
        person_key,
        act_date,
        max(case when outcome = 'completed' then 1 else 0 end) = 1 as is_done,
        max(case when outcome = 'dismissed' then 1 else 0 end) = 1 as is_dismissed
    from acts
    where customer_id is not null and person_key is not null
    group by customer_id, step_id, person_key, act_date
)

select * from final
