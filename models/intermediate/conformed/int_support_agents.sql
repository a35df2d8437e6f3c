-- Who has ever answered in the help desk, what that is known from, and who of them is no person (seed
-- support_automations). Today's role alone would turn those who have left into customers: a help desk downgrades them
-- before it deletes them.
with users as (
    select * from {{ ref('stg_zendesk__user') }}
),

tickets as (
    select * from {{ ref('stg_zendesk__ticket') }} where row_status in ('used', 'deleted')
),

field_changes as (
    select * from {{ ref('stg_zendesk__ticket_field_history') }} where row_status = 'used'
),

notes as (
    select * from {{ ref('stg_zendesk__ticket_comment') }} where row_status = 'used' and not is_public
),

ratings as (
    select * from {{ ref('stg_zendesk__satisfaction_rating') }} where row_status = 'used'
),

role_spans as (
    select * from {{ ref('int_support_roles') }}
),

automations as (
    select * from {{ ref('support_automations') }}
),

time_zones as (
    select * from {{ ref('time_zones') }}
),

present_users as (
    select
        *,
        split_part(email, '@', 2) as email_domain
    from users
    where row_status in ('used', 'deleted')
),

-- a role of today or of an earlier delivery; only those who answer can be given a ticket
certain as (
    select
        user_id,
        1 as strength,
        'role' as known_from
    from present_users
    where {{ is_staff_role('role') }}
    union all
    select
        user_id,
        2 as strength,
        'earlier_role' as known_from
    from users
    where row_status = 'duplicate' and {{ is_staff_role('role') }}
    union all
    select
        user_id,
        2 as strength,
        'earlier_role' as known_from
    from role_spans
    where is_staff
    union all
    select
        field_value as user_id,
        3 as strength,
        'assignee' as known_from
    from field_changes
    where field_name = 'assignee_id'
    union all
    select
        assignee_id as user_id,
        3 as strength,
        'assignee' as known_from
    from tickets
    union all
    select
        assignee_id as user_id,
        3 as strength,
        'assignee' as known_from
    from ratings
),

agent_organizations as (
    select distinct present_users.organization_id
    from certain
    inner join present_users
        on certain.user_id = present_users.user_id
    where present_users.organization_id is not null
),

requesters as (
    select distinct requester_id as user_id from tickets
),

-- The help desk turns a customer's mail into an internal note, too, when it comes from somebody who was not asked: so a
-- note is a sign only of those who never ask themselves and belong to no customer.
note_authors as (
    select distinct
        notes.user_id,
        4 as strength,
        'internal_note' as known_from
    from notes
    inner join tickets
        on notes.ticket_id = tickets.ticket_id
    left join present_users as authors
        on notes.user_id = authors.user_id
    left join present_users as askers
        on tickets.requester_id = askers.user_id
    left join agent_organizations
        on authors.organization_id = agent_organizations.organization_id
    left join requesters
        on notes.user_id = requesters.user_id
    where
        requesters.user_id is null
        and (authors.organization_id is null or agent_organizations.organization_id is not null)
        and coalesce(authors.email_domain <> askers.email_domain, true)
),

ranked as (
    select
        signs.user_id,
        signs.known_from,
        row_number() over (partition by signs.user_id order by signs.strength asc, signs.known_from asc) as preference
    from (
        select * from certain
        union all
        select * from note_authors
    ) as signs
    where signs.user_id is not null
),

final as (
    select
        {{ record_key('zendesk', 'user', 'ranked.user_id') }} as employee_key,
        ranked.user_id,
        present_users.user_name,
        present_users.email,
        ranked.known_from,
        ranked.known_from = 'role'
        and coalesce(present_users.is_active, true)
        and not coalesce(present_users.is_suspended, false) as is_active,
        coalesce(time_zones.iana_name, present_users.time_zone) as iana_name,
        coalesce(by_id.match_value, by_name.match_value, by_email.match_value) is not null as is_automation
    from ranked
    left join present_users
        on ranked.user_id = present_users.user_id
    left join time_zones
        on present_users.time_zone = time_zones.time_zone
    left join automations as by_id
        on by_id.match_on = 'user_id' and ranked.user_id = by_id.match_value
    left join automations as by_name
        on by_name.match_on = 'user_name' and lower(present_users.user_name) = by_name.match_value
    left join automations as by_email
        on by_email.match_on = 'email_name' and split_part(present_users.email, '@', 1) = by_email.match_value
    where ranked.preference = 1
)

select * from final
