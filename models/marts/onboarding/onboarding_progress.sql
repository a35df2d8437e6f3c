-- How far a customer has come with each step of onboarding, and where its people started, finished and dropped off.
with customers as (
    select * from {{ ref('int_customers') }}
),

starts as (
    select * from {{ ref('int_onboarding__starts') }}
),

steps as (
    select * from {{ ref('int_onboarding__steps') }}
),

acts as (
    select * from {{ ref('int_onboarding__acts') }}
),

done as (
    select * from {{ ref('int_onboarding__done') }}
),

settings as (
    select * from {{ ref('int_onboarding__settings') }}
),

users as (
    {{ with_customer('int_usage_days') }}
),

user_counts as (
    select
        customer_id,
        count(distinct person_key) as user_count
    from users
    where customer_id is not null
    group by customer_id
),

person_steps as (
    select
        acts.customer_id,
        acts.step_id,
        acts.person_key,
        count(case when acts.is_done then 1 end) >= max(steps.min_days) as is_completed,
        max(case when acts.is_dismissed then acts.act_date end) as dismissed_date,
        max(acts.act_date) as last_act_date
    from acts
    inner join steps
        on acts.step_id = steps.step_id
    group by acts.customer_id, acts.step_id, acts.person_key
),

people as (
    select
        person_steps.customer_id,
        person_steps.step_id,
        count(*) as started_count,
        count(case when person_steps.is_completed then 1 end) as completed_count,
        count(
            case
                when
                    not person_steps.is_completed
                    and {{ seconds_between(
                        'cast(person_steps.last_act_date as timestamp)', 'cast(' ~ as_of_date() ~ ' as timestamp)'
                    ) }} > settings.drop_off_days * 86400
                    then 1
            end
        ) as dropped_off_count,
        count(case when not person_steps.is_completed and person_steps.dismissed_date is not null then 1 end)
            as dismissed_count
    from person_steps
    cross join settings
    group by person_steps.customer_id, person_steps.step_id
),

-- declared steps are everybody's; a guide of its own is a step of those who have seen it
pairs as (
    select
        starts.customer_id,
        done.done_date,
        {{ seconds_between('cast(starts.start_date as timestamp)', 'cast(done.done_date as timestamp)') }}
            as seconds_from_start,
        steps.step_id,
        steps.step_name,
        steps.step_order,
        steps.kind,
        steps.is_activation,
        steps.is_declared,
        coalesce(
            case when steps.kind = 'ticket' then customers.is_known_to_support else customers.is_known_to_product end,
            false
        ) as is_known,
        people.started_count,
        people.completed_count,
        people.dropped_off_count,
        people.dismissed_count
    from starts
    inner join customers
        on starts.customer_id = customers.customer_id
    cross join steps
    left join people
        on starts.customer_id = people.customer_id and steps.step_id = people.step_id
    left join done
        on starts.customer_id = done.customer_id and steps.step_id = done.step_id
    where steps.is_declared or people.step_id is not null
),

final as (
    select
        pairs.customer_id,
        pairs.step_id,
        pairs.step_name,
        pairs.step_order,
        pairs.kind,
        pairs.is_declared,
        pairs.is_activation,
        pairs.done_date as first_done_date,
        cast(pairs.seconds_from_start / 86400 as bigint) as days_from_start,
        case when pairs.is_known then pairs.done_date is not null end as is_done,
        cast(case when pairs.is_known and pairs.kind <> 'ticket' then coalesce(user_counts.user_count, 0) end as bigint)
            as user_count,
        cast(case when pairs.is_known then coalesce(pairs.started_count, 0) end as bigint) as started_count,
        cast(case when pairs.is_known then coalesce(pairs.completed_count, 0) end as bigint) as completed_count,
        cast(case when pairs.is_known then coalesce(pairs.dropped_off_count, 0) end as bigint) as dropped_off_count,
        cast(case when pairs.is_known then coalesce(pairs.dismissed_count, 0) end as bigint) as dismissed_count,
        cast(pairs.completed_count as double) / nullif(pairs.started_count, 0) as completion_rate,
        cast(pairs.dropped_off_count as double) / nullif(pairs.started_count, 0) as drop_off_rate,
        case
            when pairs.kind <> 'ticket' and pairs.is_known
                then cast(coalesce(pairs.started_count, 0) as double) / nullif(user_counts.user_count, 0)
        end as started_share,
        {{ as_of_date() }} as as_of_date
    from pairs
    left join user_counts
        on pairs.customer_id = user_counts.customer_id
)

select * from final
