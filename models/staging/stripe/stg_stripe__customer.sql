-- Billing customers; the CRM account id is read out of their metadata.
with source as (
    select * from {{ raw('stripe', 'customer') }}
),

typed as (
    select
        {{ clean_id('id') }} as stripe_customer_id,
        {{ clean_text('name') }} as customer_name,
        lower({{ clean_text('email') }}) as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('description') }} as description,
        lower({{ clean_text('currency') }}) as default_currency,
        {{ to_flag('delinquent') }} as is_delinquent,
        {{ clean_text('address_line_1') }} as address_line_1,
        {{ clean_text('address_city') }} as address_city,
        {{ clean_text('address_postal_code') }} as address_postal_code,
        {{ clean_text('address_state') }} as address_state,
        {{ clean_text('address_country') }} as address_country,
        {{ clean_text('tax_info_tax_id') }} as tax_id,
        lower({{ clean_text('tax_info_type') }}) as tax_id_type,
        lower({{ clean_text('tax_info_verification_status') }}) as tax_id_status,
        {{ first_json_text('metadata', var('stripe_crm_id_key')) }} as crm_account_id,
        {{ to_utc('created') }} as created_at,
        {{ is_true('is_deleted') }} as is_deleted,
        {{ to_utc('_fivetran_synced') }} as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ is_false('livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'created', none),
            ('unparseable_date', 'created', to_utc('created')),
            ('future_date', 'created', to_utc('created')),
            ('unparseable_flag', 'delinquent', to_flag('delinquent')),
            ('unparseable_flag', 'is_deleted', to_flag('is_deleted')),
            ('unparseable_flag', 'livemode', to_flag('livemode')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['stripe_customer_id'],
    kind='upsert',
    created='created_at',
    content=['customer_name', 'email', 'phone', 'created_at', 'crm_account_id', 'tax_id', 'is_deleted'],
    has_deletes=true,
    has_test_mode=true
) }}
