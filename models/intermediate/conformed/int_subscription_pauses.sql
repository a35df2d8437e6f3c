-- The times in which a subscription was paused, from its versions: by its status, or because its collection was paused
-- (whatever then becomes of its invoices). A tool that keeps no versions has none.
with versions as (
    select * from {{ ref('stg_stripe__subscription_history') }} where row_status = 'used'
),

followed as (
    select
        *,
        lead(version_at) over (partition by subscription_id order by version_at) as next_version_at
    from versions
),

final as (
    select
        {{ record_key('stripe', 'subscription', 'subscription_id') }} as subscription_key,
        version_at as paused_at,
        -- collection goes on by itself on its day, with or without a version that says so
        least(
            coalesce(next_version_at, {{ as_of_end() }}),
            case
                when subscription_status <> 'paused'
                    then coalesce(pause_resumes_at, next_version_at, {{ as_of_end() }})
                else coalesce(next_version_at, {{ as_of_end() }})
            end
        ) as resumed_at
    from followed
    where
        subscription_status = 'paused'
        or (subscription_status <> 'canceled' and pause_behavior is not null)
)

select * from final where paused_at < resumed_at
