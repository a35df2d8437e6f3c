-- The score of every customer and month under the rules that score it: the sum of its points, kept within the scale,
-- and what a person has put in its place.
with measures as (
    select * from {{ ref('int_health__measures') }}
),

scorecards as (
    select * from {{ ref('health_scorecards') }} where scorecard_id = '{{ var("health_scorecard") }}'
),

overrides as (
    select * from {{ ref('health_overrides') }}
),

aliases as (
    select * from {{ ref('customer_aliases') }}
),

sums as (
    select
        customer_id,
        month_end,
        month_number,
        rules_version,
        is_in_force,
        sum(points) as measure_points,
        -- a threshold that is met exactly is met in any order of adding up
        round(sum(case when is_known then nominal_weight else 0 end) / sum(nominal_weight), 9) as coverage,
        count(case when is_known then 1 end) as known_measures,
        count(*) as all_measures,
        count(case when is_stale then 1 end) as stale_measures
    from measures
    group by customer_id, month_end, month_number, rules_version, is_in_force
),

started as (
    select
        sums.*,
        scorecards.min_coverage,
        cast(
            case
                when scorecards.method = 'additive' and sums.measure_points is not null
                    then coalesce(scorecards.start_points, 0) * 100 / scorecards.scale_max
                else 0
            end as decimal(18, 4)
        ) as start_points
    from sums
    inner join scorecards
        on sums.rules_version = scorecards.rules_version
),

limited as (
    select
        *,
        -- with nothing known there is no score
        case when measure_points is not null then least(100, greatest(0, start_points + measure_points)) end
            as computed_score
    from started
),

-- one override a customer and month: the newest; of two from the same day the lower
dated_overrides as (
    select
        limited.customer_id,
        limited.month_end,
        limited.rules_version,
        overrides.kind,
        overrides.score,
        overrides.reason,
        overrides.owner,
        overrides.expires_on,
        row_number() over (
            partition by limited.customer_id, limited.month_end, limited.rules_version
            order by
                overrides.valid_from desc, overrides.score asc, overrides.kind asc, overrides.reason asc,
                overrides.owner asc, overrides.expires_on asc
        ) as place
    from overrides
    left join aliases
        on overrides.customer_id = aliases.alias_id
    inner join limited
        on
            coalesce(aliases.customer_id, overrides.customer_id) = limited.customer_id
            and overrides.valid_from <= limited.month_end
            and overrides.expires_on >= limited.month_end
),

overridden as (
    select
        limited.*,
        dated_overrides.kind as override_kind,
        dated_overrides.reason as override_reason,
        dated_overrides.owner as override_owner,
        dated_overrides.expires_on as override_expires_on,
        cast(
            case
                when dated_overrides.kind = 'set' then dated_overrides.score
                when dated_overrides.kind = 'cap' and limited.computed_score > dated_overrides.score
                    then dated_overrides.score
                when dated_overrides.kind = 'floor' and limited.computed_score < dated_overrides.score
                    then dated_overrides.score
                else limited.computed_score
            end as decimal(18, 4)
        ) as score
    from limited
    left join dated_overrides
        on
            limited.customer_id = dated_overrides.customer_id
            and limited.month_end = dated_overrides.month_end
            and limited.rules_version = dated_overrides.rules_version
            and dated_overrides.place = 1
),

final as (
    select
        customer_id,
        month_end,
        month_number,
        rules_version,
        is_in_force,
        cast(coverage as double) as coverage,
        cast(known_measures as bigint) as known_measures,
        cast(all_measures as bigint) as all_measures,
        cast(stale_measures as bigint) as stale_measures,
        start_points,
        cast(measure_points as decimal(18, 4)) as measure_points,
        cast(computed_score - start_points - measure_points as decimal(18, 4)) as limit_points,
        cast(score - coalesce(computed_score, 0) as decimal(18, 4)) as override_points,
        cast(computed_score as decimal(18, 4)) as computed_score,
        override_kind,
        override_reason,
        override_owner,
        override_expires_on,
        score,
        coalesce(coverage >= min_coverage or override_kind = 'set', false) as is_covered
    from overridden
)

select * from final
