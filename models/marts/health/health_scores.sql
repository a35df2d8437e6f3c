-- The health of each paying customer as of as_of_date, with what costs it most and what moved it.
with scores as (
    select * from {{ ref('health_history') }}
),

measures as (
    select * from {{ ref('health_measures') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

settings as (
    select * from {{ ref('int_health__settings') }}
),

current_scores as (
    select * from scores where month_end = {{ as_of_date() }}
),

costs as (
    select
        customer_id,
        {{ dbt.concat([
            'label', "' '", "coalesce(value_text, 'not known')", "' (-'", value_text('lost_points', "'points'"), "')'"
        ]) }} as driver,
        row_number() over (partition by customer_id order by lost_points desc, measure_id asc) as place
    from measures
    where lost_points > 0
),

drivers as (
    select
        customer_id,
        max(case when place = 1 then driver end) as driver_1,
        max(case when place = 2 then driver end) as driver_2,
        max(case when place = 3 then driver end) as driver_3
    from costs
    group by customer_id
),

moves as (
    select
        customer_id,
        {{ dbt.concat([
            'label', "' '", "coalesce(value_text, 'not known')", "case when points_change_1m > 0 then ' (+' else ' (' end",
            value_text('points_change_1m', "'points'"), "')'"
        ]) }} as mover,
        row_number() over (partition by customer_id order by abs(points_change_1m) desc, measure_id asc) as place
    from measures
    where points_change_1m <> 0
),

-- a group is a parent and its subsidiaries; who is both leads one and belongs to another
members as (
    select
        customer_id as head_customer_id,
        customer_id
    from customers
    union all
    select
        parent_customer_id as head_customer_id,
        customer_id
    from customers
    where parent_customer_id is not null
),

families as (
    select
        members.head_customer_id,
        {{ health_points('avg(cast(current_scores.score as double))') }} as group_score,
        count(current_scores.score) as group_size
    from current_scores
    inner join members
        on current_scores.customer_id = members.customer_id
    group by members.head_customer_id
),

final as (
    select
        current_scores.customer_id,
        current_scores.month_end,
        current_scores.scorecard_id,
        current_scores.rules_version,
        current_scores.stage,
        current_scores.score,
        current_scores.grade,
        current_scores.colour,
        current_scores.coverage,
        current_scores.known_measures,
        current_scores.all_measures,
        current_scores.stale_measures,
        current_scores.score_change_1m,
        current_scores.score_change_3m,
        case
            when current_scores.score_change_1m > settings.flat_points then 'up'
            when current_scores.score_change_1m < -settings.flat_points then 'down'
            when current_scores.score_change_1m is not null then 'flat'
        end as trend,
        current_scores.is_rules_change,
        current_scores.rules_change_points,
        drivers.driver_1,
        drivers.driver_2,
        drivers.driver_3,
        moves.mover,
        current_scores.override_reason,
        current_scores.override_owner,
        current_scores.override_expires_on,
        case when own.group_size > 1 then own.group_score else coalesce(parents.group_score, own.group_score) end
            as group_score,
        cast(
            case when own.group_size > 1 then own.group_size else coalesce(parents.group_size, own.group_size) end
            as bigint
        ) as group_size,
        {{ as_of_date() }} as as_of_date
    from current_scores
    cross join settings
    inner join customers
        on current_scores.customer_id = customers.customer_id
    left join drivers
        on current_scores.customer_id = drivers.customer_id
    left join moves
        on current_scores.customer_id = moves.customer_id and moves.place = 1
    left join families as own
        on current_scores.customer_id = own.head_customer_id
    left join families as parents
        on customers.parent_customer_id = parents.head_customer_id
)

select * from final
