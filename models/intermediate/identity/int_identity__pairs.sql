-- Pairs of company records that share a usable key, and how each of their fields compares. What is the same, similar or different
-- is decided here; what that is worth stands in the seed identity_weights.
with records as (
    select * from {{ ref('int_identity__records') }}
),

keys as (
    select * from {{ ref('int_identity__keys') }} where skip_reason is null
),

domain_counts as (
    select
        record_key,
        count(*) as domain_count
    from keys
    where key_type = 'domain'
    group by record_key
),

shared_keys as (
    select
        keys_a.record_key as record_a,
        keys_b.record_key as record_b,
        keys_a.key_type,
        keys_a.key_value
    from keys as keys_a
    inner join keys as keys_b
        on
            keys_a.key_type = keys_b.key_type
            and keys_a.key_value = keys_b.key_value
            and keys_a.record_key < keys_b.record_key
),

pairs as (
    select
        record_a,
        record_b,
        min(case when key_type = 'domain' then key_value end) as shared_domain,
        min(case when key_type = 'email' then key_value end) as shared_email,
        count(case when key_type = 'email' then key_value end) as shared_email_count,
        max(case when key_type = 'tax_id' then 1 else 0 end) as shares_tax_id,
        max(case when key_type = 'phone' then 1 else 0 end) as shares_phone,
        max(case when key_type = 'fax' then 1 else 0 end) as shares_fax,
        max(case when key_type = 'name' then 1 else 0 end) as shares_name,
        max(case when key_type in ('street', 'street_postal', 'street_city') then 1 else 0 end) as shares_street
    from shared_keys
    group by record_a, record_b
)

select * from pairs
