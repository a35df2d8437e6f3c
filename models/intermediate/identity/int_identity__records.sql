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

placeholder_phones as (
    select * from {{ ref('identity_placeholder_phones') }}
),

countries as (
    select * from {{ ref('countries') }}
),

normalised as (
    select
        accounts.*,
        {{ normalise_email('email') }} as email_key,
        {{ normalise_phone('phone') }} as phone_digits,
        {{ normalise_phone('fax') }} as fax_digits,
        {{ normalise_postal_code('postal_code') }} as postal_key,
        trim({{ regex_replace(fold_text('city'), '[^\\p{L}]+', ' ') }}) as city_key,
        lower(trim(country)) as country_alias,
        {{ regex_replace("lower(tax_id)", '[^a-z0-9]', '') }} as tax_text
    from accounts
),

located as (
    select
        normalised.*,
        lower(
            coalesce(
                countries.country_code,
                case when length(normalised.country_alias) = 2 then normalised.country_alias end
            )
        ) as country_key
    from normalised
    left join countries
        on normalised.country_alias = countries.country_alias
),

-- a European tax number carries its country (Greece as EL)
taxed as (
    select
        located.*,
        case
            when substr(tax_text, 1, 2) = 'el' and coalesce(country_key, 'gr') = 'gr' then 'gr'
            else coalesce(country_key, nullif(regexp_extract(tax_text, '^[a-z][a-z]', 0), ''))
        end as tax_country
    from located
),

final as (
    select
        taxed.record_key,
        taxed.source_system,
        taxed.source_table,
        taxed.source_id,
        taxed.created_at,
        taxed.is_deleted,
        taxed.account_name,
        taxed.crm_account_id,
        taxed.merged_into_id,
        taxed.parent_key,
        names.short_name,
        names.name_key,
        names.core_words,
        coalesce(names.core_word_count, 0) as core_word_count,
        domains.domain,
        regexp_extract(domains.domain, '^[^.]+', 0) as domain_label,
        case when role_addresses.local_part is null then taxed.email_key end as email_key,
        case when phones.phone is null then taxed.phone_digits end as phone_key,
        case when faxes.phone is null then taxed.fax_digits end as fax_key,
        streets.house_number,
        streets.street_name,
        streets.street_key,
        nullif(taxed.postal_key, '') as postal_key,
        nullif(taxed.city_key, '') as city_key,
        taxed.country_key,
        taxed.tax_country,
        {{ normalise_tax_id('taxed.tax_text', 'taxed.tax_country') }} as tax_key,
        taxed.tax_id_is_verified
    from taxed
    left join names
        on taxed.account_name = names.account_name
    left join streets
        on taxed.street = streets.street
    left join domains
        on taxed.record_key = domains.record_key
    left join role_addresses
        on split_part(taxed.email_key, '@', 1) = role_addresses.local_part
    left join placeholder_phones as phones
        on taxed.phone_digits = phones.phone
    left join placeholder_phones as faxes
        on taxed.fax_digits = faxes.phone
)

select * from final
