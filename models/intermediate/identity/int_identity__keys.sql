-- The values by which company records find each other, where at least two share one. Two records that share a key are
-- compared (int_identity__pairs); no others are. A hub, a key that more records share than the seed identity_keys
-- allows, links nothing; where the seed says so it is split by a second value. Domains of mail providers and platforms
-- are no keys at all.
with records as (
    select * from {{ ref('int_identity__records') }}
),

domains as (
    select * from {{ ref('int_identity__domains') }} where shared_domain is null
),

person_records as (
    select * from {{ ref('int_identity__person_records') }}
),

key_rules as (
    select * from {{ ref('identity_keys') }}
),

core_words as (
    {{ split_rows('records', ['record_key', 'house_number', 'postal_key', 'city_key'], 'core_words') }}
),

keys as (
    select
        record_key,
        'crm_id' as key_type,
        crm_account_key as key_value
    from records
    union all
    -- a CRM record that others name
    select named.record_key, 'crm_id' as key_type, named.record_key as key_value
    from records as named
    inner join records as naming
        on named.record_key = naming.crm_account_key
    union all
    select
        record_key,
        'tax_id' as key_type,
        coalesce(tax_country, '') || ' ' || tax_key as key_value
    from records
    union all
    select record_key, 'domain' as key_type, domain as key_value
    from domains
    union all
    select record_key, 'email' as key_type, email_key as key_value
    from records
    union all
    select account_key as record_key, 'email' as key_type, personal_email_key as key_value
    from person_records
    where account_key is not null
    union all
    select record_key, 'phone' as key_type, phone_key as key_value
    from records
    union all
    select record_key, 'fax' as key_type, fax_key as key_value
    from records
    union all
    select record_key, 'name' as key_type, name_key as key_value
    from records
    union all
    select record_key, 'core_words' as key_type, core_words as key_value
    from records
    union all
    select record_key, 'street' as key_type, street_key as key_value
    from records
    union all
    select record_key, 'street_postal' as key_type, street_key || ' ' || postal_key as key_value
    from records
    union all
    select record_key, 'street_city' as key_type, street_key || ' ' || city_key as key_value
    from records
    union all
    select record_key, 'house_postal' as key_type, house_number || ' ' || postal_key as key_value
    from records
    union all
    select record_key, 'word_house' as key_type, part || ' ' || house_number as key_value
    from core_words
    union all
    select record_key, 'word_postal' as key_type, part || ' ' || postal_key as key_value
    from core_words
    union all
    select record_key, 'word_city' as key_type, part || ' ' || city_key as key_value
    from core_words
),

distinct_keys as (
    select distinct
        record_key,
        key_type,
        key_value
    from keys
    where key_value <> ''
),

counted as (
    select
        distinct_keys.record_key,
        distinct_keys.key_type,
        distinct_keys.key_value,
        key_rules.is_split,
        key_rules.max_records,
        count(*) over (partition by distinct_keys.key_type, distinct_keys.key_value) as record_count
    from distinct_keys
    inner join key_rules
        on distinct_keys.key_type = key_rules.key_type
),

-- records that share a name, a word or a street with too many meet those that share one thing more
second_values as (
    select record_key, 'name ' || name_key as second_value from records
    union all
    select record_key, 'postal ' || postal_key as second_value from records
    union all
    select record_key, 'city ' || city_key as second_value from records
    union all
    select record_key, 'house ' || house_number as second_value from records
),

split_keys as (
    select
        counted.record_key,
        'split' as key_type,
        counted.key_type || ' ' || counted.key_value || ' ' || second_values.second_value as key_value
    from counted
    inner join second_values
        on counted.record_key = second_values.record_key
    where
        counted.is_split
        and counted.record_count > counted.max_records
        and second_values.second_value <> counted.key_type || ' ' || counted.key_value
),

counted_splits as (
    select
        split_keys.record_key,
        split_keys.key_type,
        split_keys.key_value,
        key_rules.max_records,
        count(*) over (partition by split_keys.key_value) as record_count
    from split_keys
    inner join key_rules
        on split_keys.key_type = key_rules.key_type
),

unioned as (
    select record_key, key_type, key_value, max_records, record_count from counted
    union all
    select record_key, key_type, key_value, max_records, record_count from counted_splits
),

final as (
    select
        record_key,
        key_type,
        key_value,
        record_count,
        record_count > max_records as is_hub
    from unioned
    where record_count > 1
)

select * from final
