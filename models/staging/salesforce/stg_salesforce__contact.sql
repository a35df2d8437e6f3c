-- People in the CRM, as the CRM shows them; duplicates and merged records included.
with source as (
    select * from {{ raw('salesforce', 'contact') }}
),

typed as (
    select
        {{ salesforce_id('id') }} as contact_id,
        {{ salesforce_id('account_id') }} as account_id,
        {{ salesforce_id('master_record_id') }} as master_contact_id,
        {{ salesforce_id('owner_id') }} as owner_user_id,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        coalesce(
            {{ clean_text('name') }},
            nullif(concat_ws(' ', {{ clean_text('first_name') }}, {{ clean_text('last_name') }}), '')
        ) as contact_name,
        lower({{ clean_text('email') }}) as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('mobile_phone') }} as mobile_phone,
        {{ clean_text('title') }} as title,
        {{ clean_text('department') }} as department,
        lower({{ clean_text('contact_role_c') }}) as contact_role,
        {{ to_flag('has_opted_out_of_email') }} as has_opted_out_of_email,
        {{ to_utc('email_bounced_date') }} as email_bounced_at,
        {{ to_utc('created_date') }} as created_at,
        {{ is_true('is_deleted') }} as is_deleted,
        coalesce({{ to_utc('system_modstamp') }}, {{ to_utc('last_modified_date') }}) as modified_at,
        coalesce({{ to_utc('system_modstamp') }}, {{ to_utc('last_modified_date') }}, {{ to_utc('_fivetran_synced') }})
            as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'created_date', none),
            ('unparseable_date', 'created_date', to_utc('created_date')),
            ('future_date', 'created_date', to_utc('created_date')),
            ('unparseable_date', 'last_modified_date', to_utc('last_modified_date')),
            ('unparseable_date', 'email_bounced_date', to_utc('email_bounced_date')),
            ('unparseable_date', 'system_modstamp', to_utc('system_modstamp')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'has_opted_out_of_email', to_flag('has_opted_out_of_email')),
            ('unparseable_flag', 'is_deleted', to_flag('is_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['contact_id'],
    kind='upsert',
    created='created_at',
    changed_at='modified_at',
    content=['account_id', 'created_at', 'contact_name', 'email', 'phone'],
    has_deletes=true
) }}
