-- The customer of every record of a person, and why: the company record that the tool names, else a known address at
-- exactly one customer, else an address below a domain of exactly one customer. Records of one customer that share a
-- personal address are one node; int_identity__person_links joins nodes.
with person_records as (
    select * from {{ ref('int_identity__person_records') }}
),

customers as (
    select * from {{ ref('int_identity__customers') }}
),

company_records as (
    select * from {{ ref('int_identity__records') }}
),

domains as (
    select * from {{ ref('int_identity__domains') }} where shared_domain is null
),

-- addresses and domains that lead to one customer alone
email_customers as (
    select
        email_key,
        min(customer_id) as customer_id
    from (
        select person_records.personal_email_key as email_key, customers.customer_id
        from person_records
        inner join customers
            on person_records.account_key = customers.record_key
        where person_records.personal_email_key is not null
        union all
        select company_records.email_key, customers.customer_id
        from company_records
        inner join customers
            on company_records.record_key = customers.record_key
        where company_records.email_key is not null
    ) as addresses
    group by email_key
    having min(customer_id) = max(customer_id)
),

domain_customers as (
    select
        domains.domain,
        min(customers.customer_id) as customer_id
    from domains
    inner join customers
        on domains.record_key = customers.record_key
    group by domains.domain
    having min(customers.customer_id) = max(customers.customer_id)
),

attached as (
    select
        person_records.*,
        coalesce(
            by_account.customer_id,
            by_email.customer_id,
            by_domain.customer_id
        ) as customer_id,
        case
            when by_account.customer_id is not null then 'account'
            when by_email.customer_id is not null then 'email'
            when by_domain.customer_id is not null then 'domain'
        end as attach_rule
    from person_records
    left join customers as by_account
        on person_records.account_key = by_account.record_key
    left join email_customers as by_email
        on person_records.personal_email_key = by_email.email_key
    left join domain_customers as by_domain
        on person_records.company_domain = by_domain.domain
),

nodes as (
    select
        customer_id,
        personal_email_key,
        min(person_key) as node_key
    from attached
    where personal_email_key is not null
    group by customer_id, personal_email_key
),

final as (
    select
        attached.person_key,
        attached.source_system,
        attached.customer_id,
        attached.attach_rule,
        attached.created_at,
        attached.merged_into_key,
        attached.name_key,
        attached.phone_key,
        attached.personal_email_key is not null as has_email,
        case when attached.personal_email_key is not null then attached.company_domain end as company_domain,
        coalesce(nodes.node_key, attached.person_key) as node_key
    from attached
    left join nodes
        on
            attached.personal_email_key = nodes.personal_email_key
            and coalesce(attached.customer_id, '') = coalesce(nodes.customer_id, '')
)

select * from final
