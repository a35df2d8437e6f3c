-- Every company record, live or deleted, with what is compared of it. Null is missing, which speaks neither for nor
-- against a match.
with accounts as (
    select * from {{ ref('int_accounts') }}
),

names as (
    select * from {{ ref('int_identity__names') }}
),

streets as (
    select * from {{ ref('int_identity__streets') }}
),

domains as (
    select
        record_key,
        min_by(domain, cast(preference as {{ dbt.type_string() }}) || domain) as domain
    from {{ ref('int_identity__domains') }}
    where shared_domain is null
    group by record_key
),

role_addresses as (
    select * from {{ ref('identity_role_addresses') }}
),

placeholder_domains as (
    select * from {{ ref('identity_shared_domains') }} where kind = 'placeholder'
),

tax_ids as (
    select * from {{ ref('int_identity__tax_ids') }}
),

countries as (
    select * from {{ ref('countries') }}
),

normalised as (
    select
        accounts.*,
        {{ normalise_email('email') }} as email_text,
        {{ normalise_phone('phone') }} as phone_key,
        {{ normalise_phone('fax') }} as fax_key,
        {{ normalise_postal_code('postal_code') }} as postal_key,
        nullif(trim({{ regex_replace(fold_text('city'), '[^\\p{L}]+', ' ') }}), '') as city_key,
        lower(trim(country)) as country_alias
    from accounts
),

addressed as (
    select
        {{ all_except('normalised', ['email_text']) }},
        {{ unicode_email('email_text') }} as email_text  -- noqa: PRS
    from normalised
),

filled as (
    {{ without_placeholders(
        'addressed', texts=['email_text', 'city_key', 'postal_key'], numbers=['phone_key', 'fax_key']
    ) }}
),

located as (
    select
        filled.*,
        lower(
            coalesce(
                countries.country_code,
                case when length(filled.country_alias) = 2 then filled.country_alias end
            )
        ) as country_key
    from filled
    left join countries
        on filled.country_alias = countries.country_alias
),

final as (
    select
        located.record_key,
        located.source_system,
        located.source_table,
        located.source_id,
        located.created_at,
        located.is_deleted,
        located.account_name,
        located.crm_account_key,
        located.merged_into_id,
        located.parent_key,
        names.short_name,
        names.name_key,
        names.core_words,
        coalesce(names.core_word_count, 0) as core_word_count,
        domains.domain,
        regexp_extract(domains.domain, '^[^.]+', 0) as domain_label,
        case
            when role_addresses.local_part is null and placeholder_domains.domain is null then located.email_text
        end as email_key,
        located.phone_key,
        located.fax_key,
        streets.house_number,
        streets.street_name,
        streets.street_key,
        located.postal_key,
        located.city_key,
        located.country_key,
        tax_ids.tax_country,
        -- what the authority confirmed is a number, whatever we know of its form
        case when tax_ids.is_plausible or located.tax_id_is_verified then tax_ids.tax_key end as tax_key,
        located.tax_id_is_verified
    from located
    left join names
        on located.account_name = names.account_name
    left join streets
        on located.street = streets.street
    left join domains
        on located.record_key = domains.record_key
    left join role_addresses
        on split_part(located.email_text, '@', 1) = role_addresses.local_part
    left join placeholder_domains
        on split_part(located.email_text, '@', 2) = placeholder_domains.domain
    left join tax_ids
        on located.tax_id = tax_ids.tax_id and coalesce(located.country, '') = tax_ids.country
)

select * from final
