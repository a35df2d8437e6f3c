-- The times in which a subscription was set to end, from its versions. A tool that keeps no versions has none: when
-- notice was given, and taken back, cannot be seen in a row that is overwritten.
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
        {{ to_reporting_date('version_at') }} as noticed_on,
        {{ to_reporting_date('coalesce(next_version_at, ' ~ as_of_end() ~ ')') }} as holds_until,
        {{ to_reporting_date('coalesce(cancel_at, current_period_end_at)') }} as ends_on
    from followed
    where
        subscription_status in ('active', 'past_due')
        and (is_cancel_at_period_end or cancel_at is not null)
        and coalesce(cancel_at, current_period_end_at) is not null
)

select * from final where noticed_on < holds_until
