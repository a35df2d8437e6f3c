-- Companies in the CRM, as the CRM shows them; duplicates and merged records included.
with source as (
    select * from {{ raw('salesforce', 'account') }}
),

typed as (
    select
        {{ salesforce_id('id') }} as account_id,
        {{ clean_text('name') }} as account_name,
        {{ salesforce_id('parent_id') }} as parent_account_id,
        {{ salesforce_id('master_record_id') }} as master_account_id,
        {{ salesforce_id('owner_id') }} as owner_user_id,
        {{ clean_text('type') }} as account_type,
        {{ clean_text('industry') }} as industry,
        {{ to_integer('number_of_employees') }} as employee_count,
        {{ to_decimal('annual_revenue') }} as annual_revenue,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('fax') }} as fax,
        {{ clean_text('website') }} as website,
        {{ clean_text('account_number') }} as account_number,
        {{ clean_text('billing_street') }} as billing_street,
        {{ clean_text('billing_city') }} as billing_city,
        {{ clean_text('billing_state') }} as billing_state,
        {{ clean_text('billing_postal_code') }} as billing_postal_code,
        {{ clean_text('billing_country') }} as billing_country,
        {{ to_utc('last_activity_date') }} as last_activity_at,
        {{ to_utc('created_date') }} as created_at,
        {{ is_true('is_deleted') }} as is_deleted,
        coalesce({{ to_utc('system_modstamp') }}, {{ to_utc('last_modified_date') }}) as modified_at,
        coalesce({{ to_utc('system_modstamp') }}, {{ to_utc('last_modified_date') }}, {{ to_utc('_fivetran_synced') }})
            as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'name', none),
            ('missing_value', 'created_date', none),
            ('unparseable_date', 'created_date', to_utc('created_date')),
            ('future_date', 'created_date', to_utc('created_date')),
            ('unparseable_amount', 'annual_revenue', to_decimal('annual_revenue')),
            ('unparseable_number', 'number_of_employees', to_integer('number_of_employees')),
            ('unparseable_date', 'last_activity_date', to_utc('last_activity_date')),
            ('unparseable_date', 'system_modstamp', to_utc('system_modstamp')),
            ('unparseable_date', 'last_modified_date', to_utc('last_modified_date')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'is_deleted', to_flag('is_deleted')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['account_id'],
    kind='upsert',
    created='created_at',
    changed_at='modified_at',
    content=['account_name', 'created_at', 'website', 'phone'],
    has_deletes=true
) }}
