-- The domains of every company record: its website's, its billing e-mail's, those that a tool lists, and the one that
-- most of its people write from. A domain that many companies share (free mail, platforms) is listed with the reason,
-- and links nothing.
with records as (
    select * from {{ ref('int_accounts') }}
),

listed_domains as (
    select * from {{ ref('int_account_domains') }}
),

person_records as (
    select * from {{ ref('int_identity__person_records') }}
),

hosts as (
    select
        record_key,
        1 as preference,
        {{ host_name('website') }} as host
    from records
    where website is not null
    union all
    select
        record_key,
        2 as preference,
        {{ host_name('email') }} as host
    from records
    where email is not null
    union all
    select
        record_key,
        3 as preference,
        {{ host_name('domain_raw') }} as host
    from listed_domains
),

unicode_hosts as (
    select
        record_key,
        preference,
        {{ unicode_host('host') }} as host  -- noqa: PRS
    from hosts
),

own_domains as (
    {{ with_domain('unicode_hosts') }}
),

people_counts as (
    select
        account_key,
        company_domain,
        count(*) as person_count,
        sum(count(*)) over (partition by account_key) as all_count
    from person_records
    where account_key is not null and company_domain is not null
    group by account_key, company_domain
),

people_domains as (
    select
        people_counts.account_key as record_key,
        4 as preference,
        people_counts.company_domain as domain,
        cast(null as {{ dbt.type_string() }}) as shared_domain
    from people_counts
    inner join records
        on people_counts.account_key = records.record_key
    where 2 * people_counts.person_count > people_counts.all_count
),

unioned as (
    select record_key, preference, domain, shared_domain from own_domains
    union all
    select record_key, preference, domain, shared_domain from people_domains
),

final as (
    select
        record_key,
        domain,
        shared_domain,
        min(preference) as preference,
        case min(preference) when 1 then 'website' when 2 then 'e-mail' when 3 then 'listed' else 'people' end as origin
    from unioned
    where domain is not null
    group by record_key, domain, shared_domain
)

select * from final
