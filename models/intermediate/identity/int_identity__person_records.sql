-- Every record of a person with what is compared of it: e-mail, its domain, phone and name.
with people as (
    select * from {{ ref('int_people') }}
),

role_addresses as (
    select * from {{ ref('identity_role_addresses') }}
),

normalised as (
    select
        people.*,
        {{ normalise_email('email') }} as email_text,
        {{ normalise_phone('phone') }} as phone_key,
        nullif(trim({{ regex_replace(fold_text('full_name'), '[^\\p{L}\\p{N}]+', ' ') }}), '') as name_key
    from people
),

hosts as (
    select
        normalised.*,
        split_part(email_text, '@', 1) as local_part,
        {{ unicode_host("split_part(email_text, '@', 2)") }} as host  -- noqa: PRS
    from normalised
),

addressed as (
    select
        hosts.*,
        local_part || '@' || host as email_key,
        local_part || '@' || host as personal_text
    from hosts
),

filled as (
    {{ without_placeholders('addressed', texts=['personal_text', 'name_key'], numbers=['phone_key']) }}
),

domains as (
    {{ with_domain('filled') }}
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
        case
            when role_addresses.local_part is null and coalesce(domains.shared_domain, '') <> 'placeholder'
                then domains.personal_text
        end as personal_email_key,
        case when domains.shared_domain is null then domains.domain end as company_domain,
        domains.phone_key,
        domains.name_key
    from domains
    left join role_addresses
        on domains.local_part = role_addresses.local_part
)

select * from final
