-- Every company record, live or deleted, with what is compared of it. Null is missing, which speaks neither for nor against a match.
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
        lower(trim(country)) as country_alias
    from accounts
),

final as (
    select
        normalised.record_key,
        normalised.source_system,
        normalised.source_table,
        normalised.source_id,
        normalised.created_at,
        normalised.is_deleted,
        normalised.account_name,
        normalised.crm_account_id,
        normalised.merged_into_id,
        normalised.parent_key,
        names.short_name,
        names.name_key,
        names.core_words,
        coalesce(names.core_word_count, 0) as core_word_count,
        domains.domain,
        regexp_extract(domains.domain, '^[^.]+', 0) as domain_label,
        case when role_addresses.local_part is null then normalised.email_key end as email_key,
        case when phones.phone is null then normalised.phone_digits end as phone_key,
        case when faxes.phone is null then normalised.fax_digits end as fax_key,
        streets.house_number,
        streets.street_name,
        streets.street_key,
        nullif(normalised.postal_key, '') as postal_key,
        nullif(normalised.city_key, '') as city_key,
        lower(coalesce(countries.country_code, normalised.country)) as country_key,
        {{ normalise_tax_id('normalised.tax_id', 'lower(countries.country_code)') }} as tax_key,
        normalised.tax_id_is_verified
    from normalised
    left join names
        on normalised.account_name = names.account_name
    left join streets
        on normalised.street = streets.street
    left join domains
        on normalised.record_key = domains.record_key
    left join role_addresses
        on split_part(normalised.email_key, '@', 1) = role_addresses.local_part
    left join placeholder_phones as phones
        on normalised.phone_digits = phones.phone
    left join placeholder_phones as faxes
        on normalised.fax_digits = faxes.phone
    left join countries
        on normalised.country_alias = countries.country_alias
)

select * from final
