-- Who answers in the help desk, and which of them are no people (seed support_automations).
with users as (
    select *
    from {{ ref('stg_zendesk__user') }}
    where row_status in ('used', 'deleted') and role in ('agent', 'admin')
),

automations as (
    select * from {{ ref('support_automations') }}
),

time_zones as (
    select * from {{ ref('time_zones') }}
),

final as (
    select
        {{ record_key('zendesk', 'user', 'users.user_id') }} as employee_key,
        coalesce(time_zones.iana_name, users.time_zone) as iana_name,
        coalesce(by_id.match_value, by_name.match_value, by_email.match_value) is not null as is_automation
    from users
    left join time_zones
        on users.time_zone = time_zones.time_zone
    left join automations as by_id
        on by_id.match_on = 'user_id' and users.user_id = by_id.match_value
    left join automations as by_name
        on by_name.match_on = 'user_name' and lower(users.user_name) = by_name.match_value
    left join automations as by_email
        on by_email.match_on = 'email_name' and split_part(users.email, '@', 1) = by_email.match_value
)

select * from final
