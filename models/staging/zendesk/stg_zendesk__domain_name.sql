-- Mail domains of the help desk's companies.
with source as (
    select * from {{ raw('zendesk', 'domain_name') }}
),

typed as (
    select
        {{ clean_id('organization_id') }} as organization_id,
        {{ to_integer(adapter.quote('index')) }} as domain_position,
        lower({{ clean_text('domain_name') }}) as domain_name,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'organization_id', none),
            ('missing_value', adapter.quote('index'), none),
            ('unparseable_number', adapter.quote('index'), to_integer(adapter.quote('index'))),
            ('missing_value', 'domain_name', none),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['organization_id', 'domain_position'],
    kind='append',
    content=['organization_id', 'domain_name']
) }}
