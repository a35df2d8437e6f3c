-- Sessions: runs of hours in which a person of a customer used the product, over all visitor records of the person. The
-- tool tells events by the hour, so that only empty hours can end a session. It belongs to the day on which it began.
with usage_hours as (
    {{ with_customer('int_usage_hours') }}
),

person_days as (
    select * from {{ ref('int_usage__person_days') }} where is_active
),

settings as (
    select * from {{ ref('int_usage__settings') }}
),

person_hours as (
    select
        customer_id,
        coalesce(person_id, person_key) as user_id,
        used_at,
        {{ to_reporting_date('used_at') }} as usage_date,
        sum(event_count) as event_count,
        sum(active_minutes) as active_minutes
    from usage_hours
    where customer_id is not null
    group by customer_id, coalesce(person_id, person_key), used_at
),

-- a day with too few events is no use, and has no part in a session
followed as (
    select
        person_hours.customer_id,
        person_hours.user_id,
        person_hours.used_at,
        person_hours.event_count,
        person_hours.active_minutes,
        lag(person_hours.used_at) over (
            partition by person_hours.customer_id, person_hours.user_id order by person_hours.used_at
        ) as previous_used_at
    from person_hours
    inner join person_days
        on
            person_hours.customer_id = person_days.customer_id
            and person_hours.user_id = person_days.user_id
            and person_hours.usage_date = person_days.usage_date
),

numbered as (
    select
        followed.*,
        sum(
            case
                when
                    {{ seconds_between('followed.previous_used_at', 'followed.used_at') }}
                    <= 3600 * (settings.session_gap_hours + 1)
                    then 0
                else 1
            end
        ) over (
            partition by followed.customer_id, followed.user_id order by followed.used_at
            rows between unbounded preceding and current row
        ) as session_number
    from followed
    cross join settings
),

final as (
    select
        customer_id,
        user_id,
        min(used_at) as started_at,
        {{ to_reporting_date('min(used_at)') }} as start_date,
        count(*) as active_hours,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(active_minutes) as bigint) as active_minutes
    from numbered
    group by customer_id, user_id, session_number
)

select * from final
