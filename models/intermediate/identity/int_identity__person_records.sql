-- Every record of a person with what is compared of it: e-mail, its domain, phone and name.
with people as (
    select * from {{ ref('int_people') }}
),

role_addresses as (
    select * from {{ ref('identity_role_addresses') }}
),

placeholder_phones as (
    select * from {{ ref('identity_placeholder_phones') }}
),

normalised as (
    select
        people.*,
        {{ normalise_email('email') }} as email_key,
        {{ normalise_phone('phone') }} as phone_digits,
        nullif(trim({{ regex_replace(fold_text('full_name'), '[^\\p{L}\\p{N}]+', ' ') }}), '') as name_key
    from people
),

hosts as (
    select
        normalised.*,
        split_part(email_key, '@', 1) as local_part,
        split_part(email_key, '@', 2) as host
    from normalised
),

domains as (
    {{ with_domain('hosts') }}
),

final as (
    select
        domains.person_key,
        domains.source_system,
        domains.source_table,
        domains.source_id,
        domains.account_key,
        domains.created_at,
        domains.is_deleted,
        domains.merged_into_key,
        domains.email_key,
        case when role_addresses.local_part is null then domains.email_key end as personal_email_key,
        case when domains.shared_domain is null then domains.domain end as company_domain,
        case when placeholder_phones.phone is null then domains.phone_digits end as phone_key,
        domains.name_key
    from domains
    left join role_addresses
        on domains.local_part = role_addresses.local_part
    left join placeholder_phones
        on domains.phone_digits = placeholder_phones.phone
)

select * from final
