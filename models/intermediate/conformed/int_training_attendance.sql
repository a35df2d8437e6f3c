-- Registrations for training sessions and what became of them. The tool overwrites a registration when the session is
-- over, so before the session nothing is known of it, whatever today's export says.
with registrations as (
    select * from {{ ref('stg_training__registration') }} where row_status = 'used'
),

sessions as (
    select * from {{ ref('stg_training__session') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'training' and source_table = 'registration'
),

dated as (
    select
        registrations.*,
        sessions.title,
        sessions.session_kind,
        sessions.duration_minutes,
        sessions.starts_at,
        coalesce(sessions.starts_at < {{ as_of_end() }}, false) as is_over
    from registrations
    left join sessions
        on registrations.session_id = sessions.session_id
    left join orphans
        on registrations.raw_key = orphans.raw_key
    where orphans.raw_key is null
),

addressed as (
    select
        *,
        {{ normalise_email('email') }} as email_text
    from dated
),

final as (
    select
        {{ record_key('training', 'registration', 'registration_id') }} as registration_key,
        'training' as source_system,
        registration_id as source_id,
        {{ record_key('training', 'session', 'session_id') }} as session_key,
        title as session_title,
        session_kind,
        starts_at as session_starts_at,
        duration_minutes,
        {{ unicode_email('email_text') }} as email_key,  -- noqa: PRS
        email,
        registered_at,
        is_over,
        -- without a mark, whoever watched a part of it was there
        case when is_over then coalesce(is_attended, watched_share > 0, false) end as is_attended,
        case when is_over then watched_share end as watched_share,
        case when is_over then coalesce(is_completed, false) end as is_marked_completed
    from addressed
)

select * from final
