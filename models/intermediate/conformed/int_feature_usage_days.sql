-- Use of a feature by a person on a day, in the reporting time zone.
with feature_events as (
    select * from {{ ref('stg_pendo__feature_event') }} where row_status = 'used'
),

features as (
    select * from {{ ref('stg_pendo__feature_history') }} where row_status = 'used' and is_current_version
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'pendo' and source_table = 'feature_event'
),

days as (
    select
        feature_events.feature_id,
        feature_events.visitor_id,
        feature_events.account_id,
        {{ to_reporting_date('feature_events.occurred_at') }} as usage_date,
        cast(sum(feature_events.event_count) as bigint) as use_count,
        cast(sum(feature_events.minutes) as bigint) as active_minutes
    from feature_events
    left join orphans
        on feature_events.raw_key = orphans.raw_key
    where orphans.raw_key is null
    group by
        feature_events.feature_id,
        feature_events.visitor_id,
        feature_events.account_id,
        {{ to_reporting_date('feature_events.occurred_at') }}
),

final as (
    select
        'pendo' as source_system,
        {{ record_key('pendo', 'visitor', 'days.visitor_id') }} as person_key,
        {{ record_key('pendo', 'account', 'days.account_id') }} as account_key,
        {{ record_key('pendo', 'feature', 'days.feature_id') }} as feature_key,
        features.feature_name,
        features.is_core_feature,
        days.usage_date,
        days.use_count,
        days.active_minutes
    from days
    left join features
        on days.feature_id = features.feature_id
)

select * from final
