-- Who registered for a session, once a session and address, with the customer: registrants are no records of people of
-- their own, their address is looked up among those of the people whom the other tools know.
with attendance as (
    select * from {{ ref('int_training_attendance') }}
),

person_records as (
    select * from {{ ref('int_identity__person_records') }}
),

people as (
    select * from {{ ref('int_identity__people') }}
),

settings as (
    select cast(max(case when setting = 'completion_share' then value end) as decimal(9, 4)) as completion_share
    from {{ ref('training_settings') }}
),

-- an address that leads to several customers leads to none
addresses as (
    select
        person_records.personal_email_key as email_key,
        min(people.customer_id) as customer_id
    from person_records
    inner join people
        on person_records.person_key = people.person_key
    where person_records.personal_email_key is not null and people.customer_id is not null
    group by person_records.personal_email_key
    having min(people.customer_id) = max(people.customer_id)
),

registrants as (
    select
        attendance.session_key,
        coalesce(attendance.email_key, attendance.email) as address,
        min(attendance.session_starts_at) as session_starts_at,
        max(case when attendance.is_attended then 1 else 0 end) = 1 as is_attended,
        max(case when attendance.is_attended then attendance.watched_share end) as watched_share,
        max(
            case
                when
                    attendance.is_attended
                    and (attendance.is_marked_completed or attendance.watched_share >= settings.completion_share)
                    then 1
                else 0
            end
        ) = 1 as is_completed
    from attendance
    cross join settings
    where attendance.is_over
    group by attendance.session_key, coalesce(attendance.email_key, attendance.email)
),

final as (
    select
        registrants.session_key,
        registrants.address,
        addresses.customer_id,
        {{ to_reporting_date('registrants.session_starts_at') }} as session_date,
        registrants.is_attended,
        registrants.watched_share,
        registrants.is_completed
    from registrants
    left join addresses
        on registrants.address = addresses.email_key
)

select * from final
