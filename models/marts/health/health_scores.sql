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

current_scores as (
    select scores.*
    from scores
    inner join (select max(month_end) as month_end from scores) as last_month
        on scores.month_end = last_month.month_end
),

costs as (
    select
        customer_id,
        {{ dbt.concat(['label', "' '", 'value_text', "' (-'", 'cast(cast(round(lost_points, 1) as decimal(18, 1)) as ' ~ dbt.type_string() ~ ')', "')'"]) }} as driver,
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
        {{ dbt.concat(['label', "' '", 'value_text', "case when points_change_1m > 0 then ' (+' else ' (' end", 'cast(cast(round(points_change_1m, 1) as decimal(18, 1)) as ' ~ dbt.type_string() ~ ')', "')'"]) }} as mover,
        row_number() over (partition by customer_id order by abs(points_change_1m) desc, measure_id asc) as place
    from measures
    where points_change_1m <> 0
),

families as (
    select
        coalesce(customers.parent_customer_id, customers.customer_id) as head_customer_id,
        cast(avg(cast(current_scores.score as double)) as decimal(18, 4)) as group_score,
        count(current_scores.score) as group_size
    from current_scores
    inner join customers
        on current_scores.customer_id = customers.customer_id
    group by coalesce(customers.parent_customer_id, customers.customer_id)
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
            when current_scores.score_change_1m > 0 then 'up'
            when current_scores.score_change_1m < 0 then 'down'
            when current_scores.score_change_1m = 0 then 'flat'
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
        families.group_score,
        cast(families.group_size as bigint) as group_size,
        {{ as_of_date() }} as as_of_date
    from current_scores
    inner join customers
        on current_scores.customer_id = customers.customer_id
    left join drivers
        on current_scores.customer_id = drivers.customer_id
    left join moves
        on current_scores.customer_id = moves.customer_id and moves.place = 1
    left join families
        on coalesce(customers.parent_customer_id, customers.customer_id) = families.head_customer_id
)

select * from final
