-- Every measure of every scored customer and month under the rules that score it: its value, the band it falls into,
-- the points of the band, and its weight among what is known.
with customers as (
    select * from {{ ref('int_health__customers') }}
),

measured as (
    select * from {{ ref('int_health__values') }}
),

rule_months as (
    select * from {{ ref('int_health__rule_months') }}
),

rules as (
    select * from {{ ref('health_rules') }} where scorecard_id = '{{ var("health_scorecard") }}'
),

scorecards as (
    select * from {{ ref('health_scorecards') }} where scorecard_id = '{{ var("health_scorecard") }}'
),

bands as (
    select * from {{ ref('int_health__bands') }}
),

best as (
    select
        rules_version,
        measure_id,
        max(greatest(points_at_lower, points_at_upper)) as best_points
    from {{ ref('health_bands') }}
    where scorecard_id = '{{ var("health_scorecard") }}'
    group by rules_version, measure_id
),

-- doubles, because the engines divide decimals to different lengths
shared as (
    select
        rules.rules_version,
        rules.dimension,
        rules.measure_id,
        rules.null_policy,
        rules.null_points,
        rules.stale_after_days,
        best.best_points,
        cast(rules.dimension_weight as double) as dimension_weight,
        cast(rules.measure_weight as double) as measure_weight,
        cast(
            sum(rules.measure_weight) over (partition by rules.rules_version, rules.dimension) as double
        ) as dimension_measure_weight
    from rules
    inner join best
        on rules.rules_version = best.rules_version and rules.measure_id = best.measure_id
),

-- what is known, in the band that it falls into
banded as (
    select
        customers.customer_id,
        customers.month_end,
        rule_months.rules_version,
        measured.measure_id,
        measured.value,
        measured.measured_on,
        bands.band,
        case
            when bands.points_at_upper <> bands.points_at_lower
                then
                    bands.points_at_lower
                    + (measured.value - bands.lower)
                    / (bands.upper - bands.lower)
                    * (bands.points_at_upper - bands.points_at_lower)
            else bands.points_at_lower
        end as points
    from measured
    inner join customers
        on measured.customer_id = customers.customer_id and measured.month_end = customers.month_end
    inner join rule_months
        on measured.month_end = rule_months.month_end
    inner join scorecards
        on rule_months.rules_version = scorecards.rules_version
    inner join bands
        on
            rule_months.rules_version = bands.rules_version
            and measured.measure_id = bands.measure_id
            and customers.stage = bands.stage
            and coalesce(customers.plan_name, '') = bands.plan
            and coalesce(customers.size_band, '') = bands.size
            and coalesce(customers.tenure_months, -1) = bands.age_months
    where
        (
            bands.lower is null
            or measured.value > bands.lower
            or (scorecards.edge = 'lower' and measured.value = bands.lower)
        )
        and (
            bands.upper is null
            or measured.value < bands.upper
            or (scorecards.edge = 'upper' and measured.value = bands.upper)
        )
),

expected as (
    select
        customers.customer_id,
        customers.month_end,
        rule_months.month_number,
        rule_months.rules_version,
        rule_months.is_in_force,
        scorecards.method,
        cast(scorecards.scale_max as double) as scale_max,
        shared.dimension,
        shared.measure_id,
        shared.dimension_weight,
        shared.measure_weight,
        shared.dimension_measure_weight,
        shared.best_points,
        shared.null_policy,
        shared.null_points,
        banded.value,
        banded.measured_on,
        banded.band as value_band,
        banded.points as value_points,
        coalesce(
            {{ dbt.datediff('coalesce(banded.measured_on, customers.month_end)', 'customers.month_end', 'day') }}
            > shared.stale_after_days,
            false
        ) as is_stale
    from customers
    inner join rule_months
        on customers.month_end = rule_months.month_end
    inner join scorecards
        on rule_months.rules_version = scorecards.rules_version
    inner join shared
        on rule_months.rules_version = shared.rules_version
    left join banded
        on
            customers.customer_id = banded.customer_id
            and customers.month_end = banded.month_end
            and rule_months.rules_version = banded.rules_version
            and shared.measure_id = banded.measure_id
),

judged as (
    select
        *,
        value_points is not null and not is_stale as is_known,
        case
            when value_points is not null and not is_stale then value_band
            when null_policy = 'points' then 'missing'
        end as band,
        case
            when value_points is not null and not is_stale then value_points
            when null_policy = 'points' then cast(null_points as double)
        end as band_points
    from expected
),

-- sums by groups: windows over all columns take nearly twice as long
dimensions as (
    select
        customer_id,
        month_end,
        rules_version,
        dimension,
        dimension_weight,
        sum(measure_weight) as counted_measure_weight
    from judged
    where band_points is not null
    group by customer_id, month_end, rules_version, dimension, dimension_weight
),

-- a dimension of which nothing is known leaves its weight to the others
totals as (
    select
        customer_id,
        month_end,
        rules_version,
        sum(dimension_weight) as counted_dimension_weight
    from dimensions
    group by customer_id, month_end, rules_version
),

weighed as (
    select
        judged.*,
        -- points of an additive scorecard are no shares of anything
        case
            when judged.method = 'weighted_mean' and judged.band_points is not null
                then
                    judged.measure_weight / dimensions.counted_measure_weight
                    * judged.dimension_weight / totals.counted_dimension_weight
        end as weight
    from judged
    left join dimensions
        on
            judged.customer_id = dimensions.customer_id
            and judged.month_end = dimensions.month_end
            and judged.rules_version = dimensions.rules_version
            and judged.dimension = dimensions.dimension
    left join totals
        on
            judged.customer_id = totals.customer_id
            and judged.month_end = totals.month_end
            and judged.rules_version = totals.rules_version
),

final as (
    select
        customer_id,
        month_end,
        month_number,
        rules_version,
        is_in_force,
        dimension,
        measure_id,
        value,
        measured_on,
        is_stale,
        is_known,
        band,
        cast(band_points as decimal(18, 6)) as band_points,
        dimension_weight * measure_weight / dimension_measure_weight as nominal_weight,
        weight,
        -- on the scale of 0 to 100
        {{ health_points('100 * coalesce(weight, 1) * band_points / scale_max') }} as points,
        {{ health_points('100 * coalesce(weight, 1) * (best_points - band_points) / scale_max') }} as lost_points
    from weighed
)

select * from final
