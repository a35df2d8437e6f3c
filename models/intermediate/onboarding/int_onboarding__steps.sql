-- The steps of onboarding: the declared ones, and each training or multi-step guide that none of them names.
with declared as (
    select * from {{ ref('onboarding_steps') }}
),

guide_steps as (
    select * from {{ ref('int_guide_steps') }}
),

guides as (
    select
        guide_key,
        max(guide_name) as guide_name
    from guide_steps
    where is_training or is_multi_step
    group by guide_key
),

final as (
    select
        step_id,
        step_name,
        step_order,
        kind,
        lower(subject) as subject,
        cast(null as {{ dbt.type_string() }}) as guide_key,
        min_days,
        min_people,
        is_activation,
        true as is_declared
    from declared
    union all
    select
        guides.guide_key as step_id,
        coalesce(guides.guide_name, guides.guide_key) as step_name,
        cast(null as bigint) as step_order,
        'guide' as kind,
        lower(guides.guide_name) as subject,
        guides.guide_key,
        cast(1 as bigint) as min_days,
        cast(1 as bigint) as min_people,
        false as is_activation,
        false as is_declared
    from guides
    left join declared
        on declared.kind = 'guide' and lower(guides.guide_name) = lower(declared.subject)
    where declared.step_id is null
)

select * from final
