-- From when to when a user of the help desk was one of those who answer, as its audit log says. Who is not in the log
-- has no row.
with audit_log as (
    select * from {{ ref('stg_zendesk__audit_log') }}
    where row_status = 'used' and audited_type = 'user' and audited_id is not null
),

described as (
    select
        audited_id as user_id,
        audit_id,
        created_at,
        -- some entries put the roles in quotes
        {{ regex_replace("replace(lower(change_description), '&quot;', '')", '[^\\p{L}\\p{N} ,_\\n-]', '') }}
            as change_text
    from audit_log
    where lower(change_description) like '%support role changed from%'
),

-- one entry tells of the roles in several products, a line each
changes as (
    select
        user_id,
        created_at,
        trim({{ regex_replace(
            'change_text', '(?s)^.*support role changed from ([^\\n,]*) to ([^\\n,]*).*$', '\\1'
        ) }}) as role_before,
        trim({{ regex_replace(
            'change_text', '(?s)^.*support role changed from ([^\\n,]*) to ([^\\n,]*).*$', '\\2'
        ) }}) as role_after,
        row_number() over (partition by user_id order by created_at asc, length(audit_id) asc, audit_id asc)
            as change_number,
        lead(created_at) over (partition by user_id order by created_at asc, length(audit_id) asc, audit_id asc)
            as next_change_at
    from described
),

spans as (
    select
        user_id,
        role_before as role,
        cast(null as timestamp) as from_at,
        created_at as until_at
    from changes
    where change_number = 1
    union all
    select
        user_id,
        role_after as role,
        created_at as from_at,
        next_change_at as until_at
    from changes
),

final as (
    select
        {{ record_key('zendesk', 'user', 'user_id') }} as employee_key,
        user_id,
        role,
        {{ is_staff_role('role') }} as is_staff,
        from_at,
        until_at
    from spans
    -- two changes in one second
    where coalesce(from_at < until_at, true)
)

select * from final
