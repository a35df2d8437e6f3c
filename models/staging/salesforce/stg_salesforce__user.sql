-- Our own people in the CRM: account owners, CSMs, sales.
with source as (
    select * from {{ raw('salesforce', 'user') }}
),

typed as (
    select
        {{ salesforce_id('id') }} as user_id,
        coalesce(
            {{ clean_text('name') }},
            nullif(concat_ws(' ', {{ clean_text('first_name') }}, {{ clean_text('last_name') }}), '')
        ) as user_name,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        lower({{ clean_text('email') }}) as email,
        {{ to_flag('is_active') }} as is_active,
        {{ clean_text('title') }} as title,
        {{ clean_text('department') }} as department,
        {{ salesforce_id('manager_id') }} as manager_user_id,
        {{ clean_text('time_zone_sid_key') }} as time_zone,
        {{ is_true('_fivetran_deleted') }} as is_deleted,
        {{ to_utc('_fivetran_synced') }} as deleted_at,
        coalesce({{ to_utc('system_modstamp') }}, {{ to_utc('last_modified_date') }}) as modified_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('unparseable_date', 'system_modstamp', to_utc('system_modstamp')),
            ('unparseable_date', 'last_modified_date', to_utc('last_modified_date')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'is_active', to_flag('is_active')),
            ('unparseable_flag', '_fivetran_deleted', to_flag('_fivetran_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['user_id'],
    kind='upsert',
    changed_at='modified_at',
    content=['user_name', 'email', 'title', 'department', 'manager_user_id'],
    has_deletes=true
) }}
