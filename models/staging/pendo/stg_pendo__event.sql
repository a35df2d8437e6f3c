-- Activity of a visitor in an hour.
with source as (
    select * from {{ raw('pendo', 'event') }}
),

typed as (
    select
        {{ clean_id('_fivetran_id') }} as event_row_id,
        {{ clean_id('account_id') }} as account_id,
        {{ clean_id('visitor_id') }} as visitor_id,
        {{ to_utc(adapter.quote('timestamp')) }} as occurred_at,
        {{ clean_id('page_id') }} as page_id,
        {{ to_integer('num_events') }} as event_count,
        {{ to_integer('num_minutes') }} as minutes,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', '_fivetran_id', none),
            ('missing_value', 'visitor_id', none),
            ('missing_value', adapter.quote('timestamp'), none),
            ('unparseable_date', adapter.quote('timestamp'), to_utc(adapter.quote('timestamp'))),
            ('future_date', adapter.quote('timestamp'), to_utc(adapter.quote('timestamp'))),
            ('missing_value', 'num_events', none),
            ('unparseable_number', 'num_events', to_integer('num_events')),
            ('unparseable_number', 'num_minutes', to_integer('num_minutes')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['event_row_id'],
    kind='append',
    created='occurred_at',
    content=['visitor_id', 'occurred_at', 'page_id', 'event_count']
) }}
