-- The bands that hold for a customer of a stage, plan, size and age: of the sets of bands whose conditions it meets,
-- the one with the most conditions.
with customers as (
    select * from {{ ref('int_health__customers') }}
),

bands as (
    select
        *,
        dense_rank() over (
            partition by scorecard_id, rules_version, measure_id
            order by
                coalesce(stage, ''), coalesce(plan, ''), coalesce(size, ''),
                coalesce(age_from_months, -1), coalesce(age_to_months, -1)
        ) as set_number,
        row_number() over (
            partition by scorecard_id, rules_version, measure_id
            order by
                coalesce(stage, ''), coalesce(plan, ''), coalesce(size, ''),
                coalesce(age_from_months, -1), coalesce(age_to_months, -1),
                coalesce(lower, -1e300)
        ) as band_number
    from {{ ref('health_bands') }}
    where scorecard_id = '{{ var("health_scorecard") }}'
),

sets as (
    select distinct
        rules_version,
        measure_id,
        set_number,
        stage,
        plan,
        size,
        age_from_months,
        age_to_months,
        case when stage is null then 0 else 1 end
        + case when plan is null then 0 else 1 end
        + case when size is null then 0 else 1 end
        + case when coalesce(age_from_months, age_to_months) is null then 0 else 1 end as condition_count
    from bands
),

contexts as (
    select distinct
        stage,
        coalesce(plan_name, '') as plan,
        coalesce(size_band, '') as size,
        coalesce(tenure_months, -1) as age_months
    from customers
),

met as (
    select
        contexts.stage,
        contexts.plan,
        contexts.size,
        contexts.age_months,
        sets.rules_version,
        sets.measure_id,
        sets.set_number,
        row_number() over (
            partition by
                contexts.stage, contexts.plan, contexts.size, contexts.age_months,
                sets.rules_version, sets.measure_id
            order by sets.condition_count desc, sets.set_number asc
        ) as place
    from contexts
    inner join sets
        on
            coalesce(contexts.stage = sets.stage, true)
            and coalesce(contexts.plan = sets.plan, true)
            and coalesce(contexts.size = sets.size, true)
            and coalesce(contexts.age_months >= sets.age_from_months, true)
            and coalesce(contexts.age_months <= sets.age_to_months, true)
            -- an age that nobody knows meets no condition on it
            and (contexts.age_months >= 0 or coalesce(sets.age_from_months, sets.age_to_months) is null)
),

final as (
    select
        met.stage,
        met.plan,
        met.size,
        met.age_months,
        met.rules_version,
        met.measure_id,
        bands.band_number,
        bands.lower,
        bands.upper,
        bands.points_at_lower,
        bands.points_at_upper,
        bands.band
    from met
    inner join bands
        on
            met.rules_version = bands.rules_version
            and met.measure_id = bands.measure_id
            and met.set_number = bands.set_number
    where met.place = 1
)

select * from final
