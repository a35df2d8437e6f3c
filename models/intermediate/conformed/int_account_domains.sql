-- Domains that a tool itself lists for a company record, as written there.
with domains as (
    select * from {{ ref('stg_zendesk__domain_name') }} where row_status = 'used'
),

organizations as (
    select * from {{ ref('stg_zendesk__organization') }} where row_status in ('used', 'deleted')
),

final as (
    select distinct
        {{ record_key('zendesk', 'organization', 'domains.organization_id') }} as record_key,
        domains.domain_name as domain_raw
    from domains
    inner join organizations
        on domains.organization_id = organizations.organization_id
)

select * from final
