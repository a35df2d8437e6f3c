-- Users of the product, one row a version; is_current_version marks the latest one that is known.
with source as (
    select * from {{ raw('pendo', 'visitor_history') }}
),

typed as (
    select
        {{ clean_id('id') }} as visitor_id,
        {{ to_utc('last_updated_at') }} as updated_at,
        {{ clean_id('account_id') }} as account_id,
        lower({{ clean_text('agent_email') }}) as email,
        {{ clean_text('agent_full_name') }} as visitor_name,
        {{ clean_text('agent_role') }} as role,
        {{ to_utc('first_visit') }} as first_visit_at,
        {{ to_utc('last_visit') }} as last_visit_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'last_updated_at', none),
            ('unparseable_date', 'last_updated_at', to_utc('last_updated_at')),
            ('future_date', 'last_updated_at', to_utc('last_updated_at')),
            ('unparseable_date', 'first_visit', to_utc('first_visit')),
            ('future_date', 'first_visit', to_utc('first_visit')),
            ('unparseable_date', 'last_visit', to_utc('last_visit')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
),

staged as (
    {{ with_row_status(
        'typed',
        key=['visitor_id', 'updated_at'],
        kind='history',
        created='updated_at',
        content=['visitor_id', 'account_id', 'email', 'visitor_name', 'first_visit_at', 'last_visit_at']
    ) }}
)

select
    *,
    row_status = 'used' and row_number() over (
        partition by visitor_id, row_status
        order by updated_at desc nulls last
    ) = 1 as is_current_version
from staged
