-- The times in which a subscription was paused, from the versions of its status. A tool that keeps no versions has
-- none.
with versions as (
    select * from {{ ref('stg_stripe__subscription_history') }} where row_status = 'used'
),

followed as (
    select
        subscription_id,
        subscription_status,
        version_at as paused_at,
        lead(version_at) over (partition by subscription_id order by version_at) as resumed_at
    from versions
),

final as (
    select
        {{ record_key('stripe', 'subscription', 'subscription_id') }} as subscription_key,
        paused_at,
        coalesce(resumed_at, {{ as_of_end() }}) as resumed_at
    from followed
    where subscription_status = 'paused'
)

select * from final
