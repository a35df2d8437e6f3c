-- People in the help desk: those who ask, and agents.
with source as (
    select * from {{ raw('zendesk', 'user') }}
),

typed as (
    select
        {{ clean_id('id') }} as user_id,
        {{ clean_id('organization_id') }} as organization_id,
        {{ clean_id('external_id') }} as external_id,
        {{ clean_text('name') }} as user_name,
        lower({{ clean_text('email') }}) as email,
        {{ clean_text('phone') }} as phone,
        lower({{ clean_text('role') }}) as role,
        {{ to_flag('active') }} as is_active,
        {{ to_flag('suspended') }} as is_suspended,
        {{ clean_text('time_zone') }} as time_zone,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('last_login_at') }} as last_login_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'created_at', none),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', 'updated_at', to_utc('updated_at')),
            ('unparseable_date', 'last_login_at', to_utc('last_login_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'active', to_flag('active')),
            ('unparseable_flag', 'suspended', to_flag('suspended')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['user_id'],
    kind='upsert',
    created='created_at',
    changed_at='updated_at',
    content=['organization_id', 'user_name', 'email', 'role', 'created_at', 'updated_at']
) }}
