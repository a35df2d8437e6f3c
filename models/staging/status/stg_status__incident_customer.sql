-- Single customers that an incident touched, by their account in the CRM or in the product.
with source as (
    select * from {{ raw('status', 'incident_customer') }}
),

typed as (
    select
        {{ clean_id('incident_id') }} as incident_id,
        {{ clean_id('account_id') }} as account_id,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'incident_id', none),
            ('missing_id', 'account_id', none),
        ]) }}
    from source
)

{{ with_row_status('typed', key=['incident_id', 'account_id'], kind='append', content=['incident_id', 'account_id']) }}
