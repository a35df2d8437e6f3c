-- Which rules score which month: those in force, and those of the month after and of three months after, by which the
-- changes since are measured, so that a change of rules is never taken for a change of the customer.
with months as (
    select distinct month_end from {{ ref('int_health__customers') }}
),

numbered as (
    select
        month_end,
        {{ month_number('month_end') }} as month_number
    from months
),

scorecards as (
    select * from {{ ref('health_scorecards') }} where scorecard_id = '{{ var("health_scorecard") }}'
),

in_force as (
    select
        numbered.month_end,
        numbered.month_number,
        scorecards.rules_version
    from numbered
    inner join scorecards
        on
            numbered.month_end >= scorecards.valid_from
            and coalesce(numbered.month_end <= scorecards.valid_to, true)
),

final as (
    select
        numbered.month_end,
        numbered.month_number,
        in_force.rules_version,
        max(case when in_force.month_number = numbered.month_number then 1 else 0 end) = 1 as is_in_force
    from numbered
    inner join in_force
        on in_force.month_number - numbered.month_number in (0, 1, 3)
    group by numbered.month_end, numbered.month_number, in_force.rules_version
)

select * from final
