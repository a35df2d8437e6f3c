-- The seeds of health scores fit together: every row belongs to a scorecard's version, every measure has bands, every
-- set of bands and the grades hold each value once, and from the first version on every day has one, until the last
-- ends.
with scorecards as (
    select * from {{ ref('health_scorecards') }}
),

rules as (
    select * from {{ ref('health_rules') }}
),

bands as (
    select
        scorecard_id,
        rules_version,
        measure_id,
        {{ dbt.concat(
            ["coalesce(stage, '')", "'/'", "coalesce(plan, '')", "'/'", "coalesce(size, '')", "'/'",
             "coalesce(cast(age_from_months as " ~ dbt.type_string() ~ "), '')", "'/'",
             "coalesce(cast(age_to_months as " ~ dbt.type_string() ~ "), '')"]
        ) }} as band_set,
        lower,
        upper
    from {{ ref('health_bands') }}
),

edges as (
    select
        scorecard_id,
        rules_version,
        measure_id,
        band_set,
        lower,
        upper
    from bands
    union all
    select
        scorecard_id,
        rules_version,
        'grade' as measure_id,
        '' as band_set,
        cast(lower as double) as lower,
        cast(upper as double) as upper
    from {{ ref('health_grades') }}
),

followed as (
    select
        *,
        lag(upper) over upwards as upper_before,
        row_number() over upwards as place,
        count(*) over (partition by scorecard_id, rules_version, measure_id, band_set) as places
    from edges
    window
        upwards as (
            partition by scorecard_id, rules_version, measure_id, band_set order by coalesce(lower, -1e300)
        )
),

succeeded as (
    select
        *,
        lead(valid_from) over (partition by scorecard_id order by valid_from, rules_version) as next_from
    from scorecards
),

general_bands as (
    select distinct
        scorecard_id,
        rules_version,
        measure_id
    from bands
    where band_set = '////'
)

select
    'a set of bands has a gap, an overlap, or no end' as problem,
    scorecard_id,
    rules_version,
    measure_id
from followed
where
    (place = 1 and lower is not null)
    or (place > 1 and coalesce(lower <> upper_before, true))
    or (place = places and upper is not null)
union all
select
    'a measure has no bands that hold for every customer' as problem,
    rules.scorecard_id,
    rules.rules_version,
    rules.measure_id
from rules
left join general_bands
    on
        rules.scorecard_id = general_bands.scorecard_id
        and rules.rules_version = general_bands.rules_version
        and rules.measure_id = general_bands.measure_id
where general_bands.measure_id is null
union all
select
    'bands of a measure that the scorecard does not weigh' as problem,
    bands.scorecard_id,
    bands.rules_version,
    bands.measure_id
from bands
left join rules
    on
        bands.scorecard_id = rules.scorecard_id
        and bands.rules_version = rules.rules_version
        and bands.measure_id = rules.measure_id
where rules.measure_id is null
union all
select
    'rules or grades of a version that is not in health_scorecards' as problem,
    parts.scorecard_id,
    parts.rules_version,
    parts.measure_id
from (
    select
        scorecard_id,
        rules_version,
        measure_id
    from rules
    union all
    select
        scorecard_id,
        rules_version,
        measure_id
    from edges
) as parts
left join scorecards
    on parts.scorecard_id = scorecards.scorecard_id and parts.rules_version = scorecards.rules_version
where scorecards.scorecard_id is null
union all
select
    'a version without rules' as problem,
    scorecards.scorecard_id,
    scorecards.rules_version,
    cast(null as {{ dbt.type_string() }}) as measure_id
from scorecards
left join rules
    on scorecards.scorecard_id = rules.scorecard_id and scorecards.rules_version = rules.rules_version
where rules.scorecard_id is null
union all
select
    'a version without grades' as problem,
    scorecards.scorecard_id,
    scorecards.rules_version,
    cast(null as {{ dbt.type_string() }}) as measure_id
from scorecards
left join edges
    on
        scorecards.scorecard_id = edges.scorecard_id
        and scorecards.rules_version = edges.rules_version
        and edges.measure_id = 'grade'
where edges.scorecard_id is null
union all
select
    'a day without a version, between two' as problem,
    scorecard_id,
    rules_version,
    cast(null as {{ dbt.type_string() }}) as measure_id
from succeeded
where {{ dbt.datediff('valid_to', 'next_from', 'day') }} > 1
union all
select
    'two versions in force on the same day' as problem,
    earlier.scorecard_id,
    later.rules_version,
    cast(null as {{ dbt.type_string() }}) as measure_id
from scorecards as earlier
inner join scorecards as later
    on
        earlier.scorecard_id = later.scorecard_id
        and earlier.rules_version <> later.rules_version
        and earlier.valid_from <= later.valid_from
        and coalesce(earlier.valid_to >= later.valid_from, true)
union all
select
    'a dimension with two weights' as problem,
    scorecard_id,
    rules_version,
    min(measure_id) as measure_id
from rules
group by scorecard_id, rules_version, dimension
having min(dimension_weight) <> max(dimension_weight)
