-- Deals, with the amount in the deal's own currency.
with source as (
    select * from {{ raw('salesforce', 'opportunity') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ salesforce_id('source.id') }} as opportunity_id,
        {{ salesforce_id('source.account_id') }} as account_id,
        {{ salesforce_id('source.owner_id') }} as owner_user_id,
        {{ clean_text('source.name') }} as opportunity_name,
        {{ clean_text('source.type') }} as opportunity_type,
        {{ clean_text('source.stage_name') }} as stage_name,
        {{ clean_text('source.forecast_category') }} as forecast_category,
        {{ clean_text('source.lead_source') }} as lead_source,
        {{ to_decimal('source.amount') }} as amount,
        currencies.currency,
        {{ to_decimal('source.probability') }} as probability,
        {{ to_flag('source.is_closed') }} as is_closed,
        {{ to_flag('source.is_won') }} as is_won,
        cast({{ to_utc('source.close_date') }} as date) as close_date,
        {{ to_utc('source.created_date') }} as created_at,
        {{ is_true('source.is_deleted') }} as is_deleted,
        coalesce({{ to_utc('source.system_modstamp') }}, {{ to_utc('source.last_modified_date') }}) as modified_at,
        coalesce(
            {{ to_utc('source.system_modstamp') }},
            {{ to_utc('source.last_modified_date') }},
            {{ to_utc('source._fivetran_synced') }}
        ) as deleted_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_value', 'source.created_date', none),
            ('unparseable_date', 'source.created_date', to_utc('source.created_date')),
            ('future_date', 'source.created_date', to_utc('source.created_date')),
            ('unparseable_amount', 'source.amount', to_decimal('source.amount')),
            ('unknown_currency', 'source.currency_iso_code', 'currencies.currency'),
            ('unparseable_number', 'source.probability', to_decimal('source.probability')),
            ('unparseable_date', 'source.close_date', to_utc('source.close_date')),
            ('unparseable_date', 'source.last_modified_date', to_utc('source.last_modified_date')),
            ('unparseable_date', 'source.system_modstamp', to_utc('source.system_modstamp')),
            ('unparseable_date', 'source._fivetran_synced', to_utc('source._fivetran_synced')),
            ('unparseable_flag', 'source.is_closed', to_flag('source.is_closed')),
            ('unparseable_flag', 'source.is_won', to_flag('source.is_won')),
            ('unparseable_flag', 'source.is_deleted', to_flag('source.is_deleted')),
        ]) }}
    from source
    left join currencies
        on
            coalesce(
                lower({{ clean_text('source.currency_iso_code') }}), '{{ var("reporting_currency", "EUR") | lower }}'
            ) = currencies.currency
)

{{ with_row_status(
    'typed',
    key=['opportunity_id'],
    kind='upsert',
    created='created_at',
    changed_at='modified_at',
    content=['account_id', 'opportunity_name', 'created_at', 'stage_name', 'amount'],
    has_deletes=true
) }}
