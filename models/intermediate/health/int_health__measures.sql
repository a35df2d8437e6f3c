-- Every measure of every scored customer and month under the rules that score it: its value, the band it falls into, the
-- points of the band, and its weight among what is known.
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

-- the weights of a scorecard's dimensions add up to one, and those of a dimension's measures too
shared as (
    select
        *,
        sum(measure_weight) over (partition by rules_version, dimension) as dimension_measure_weight
    from rules
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
        scorecards.scale_max,
        shared.dimension,
        shared.measure_id,
        shared.dimension_weight,
        shared.measure_weight,
        shared.dimension_measure_weight,
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
        cast(
            case
                when value_points is not null and not is_stale then value_points
                when null_policy = 'points' then null_points
            end as decimal(18, 6)
        ) as band_points
    from expected
),

weighed as (
    select
        *,
        sum(case when band_points is not null then measure_weight end) over (
            partition by customer_id, month_end, rules_version, dimension
        ) as counted_measure_weight
    from judged
),

-- a dimension of which nothing is known leaves its weight to the others
shares as (
    select
        *,
        case when band_points is not null then measure_weight / counted_measure_weight end as share_of_dimension,
        sum(case when band_points is not null then dimension_weight * measure_weight / counted_measure_weight end) over (
            partition by customer_id, month_end, rules_version
        ) as counted_dimension_weight
    from weighed
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
        band_points,
        cast(dimension_weight * measure_weight / dimension_measure_weight as double) as nominal_weight,
        case
            when method = 'additive' then case when band_points is not null then cast(1 as double) end
            else cast(share_of_dimension * dimension_weight / counted_dimension_weight as double)
        end as weight,
        -- on the scale of 0 to 100
        cast(
            case
                when method = 'additive' then band_points * 100 / scale_max
                else band_points * 100 / scale_max * share_of_dimension * dimension_weight / counted_dimension_weight
            end as decimal(18, 4)
        ) as points
    from shares
)

select * from final
