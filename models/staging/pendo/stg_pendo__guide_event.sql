-- What visitors did with guides.
with source as (
    select * from {{ raw('pendo', 'guide_event') }}
),

typed as (
    select
        {{ clean_id('_fivetran_id') }} as event_row_id,
        {{ clean_id('guide_id') }} as guide_id,
        {{ clean_id('guide_step_id') }} as guide_step_id,
        {{ clean_id('account_id') }} as account_id,
        {{ clean_id('visitor_id') }} as visitor_id,
        {{ to_utc(adapter.quote('timestamp')) }} as occurred_at,
        {{ clean_text('type') }} as guide_event_type,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', '_fivetran_id', none),
            ('missing_value', 'guide_id', none),
            ('missing_value', 'visitor_id', none),
            ('missing_value', adapter.quote('timestamp'), none),
            ('unparseable_date', adapter.quote('timestamp'), to_utc(adapter.quote('timestamp'))),
            ('future_date', adapter.quote('timestamp'), to_utc(adapter.quote('timestamp'))),
            ('missing_value', 'type', none),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['event_row_id'],
    kind='append',
    created='occurred_at',
    content=['guide_id', 'guide_step_id', 'visitor_id', 'occurred_at', 'guide_event_type']
) }}
