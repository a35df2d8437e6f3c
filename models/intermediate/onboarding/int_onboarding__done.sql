-- On which day a customer was done with a step: the first one by which enough people had done it on enough days.
with acts as (
    select * from {{ ref('int_onboarding__acts') }} where is_done
),

steps as (
    select * from {{ ref('int_onboarding__steps') }}
),

-- a day and a person count when they come for the first time
marked as (
    select
        customer_id,
        step_id,
        act_date,
        case when row_number() over (partition by customer_id, step_id, act_date order by person_key) = 1 then 1 end
            as is_new_day,
        case when row_number() over (partition by customer_id, step_id, person_key order by act_date) = 1 then 1 end
            as is_new_person
    from acts
),

daily as (
    select
        customer_id,
        step_id,
        act_date,
        count(is_new_day) as new_days,
        count(is_new_person) as new_people
    from marked
    group by customer_id, step_id, act_date
),

running as (
    select
        customer_id,
        step_id,
        act_date,
        sum(new_days) over (
            partition by customer_id, step_id order by act_date
            rows between unbounded preceding and current row
        ) as days_by_then,
        sum(new_people) over (
            partition by customer_id, step_id order by act_date
            rows between unbounded preceding and current row
        ) as people_by_then
    from daily
),

final as (
    select
        running.customer_id,
        running.step_id,
        min(running.act_date) as done_date
    from running
    inner join steps
        on running.step_id = steps.step_id
    where running.days_by_then >= steps.min_days and running.people_by_then >= steps.min_people
    group by running.customer_id, running.step_id
)

select * from final
