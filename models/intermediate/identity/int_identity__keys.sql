-- The values by which company records find each other. Two records that share a usable key are compared
-- (int_identity__pairs); no others are. A key with a skip_reason links nothing: mail providers' domains, and hubs, the
-- keys that more records share than the seed identity_keys allows.
with records as (
    select * from {{ ref('int_identity__records') }}
),

domains as (
    select * from {{ ref('int_identity__domains') }}
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
        crm_account_id as key_value,
        cast(null as {{ dbt.type_string() }}) as skip_reason
    from records
    union all
    select
        record_key,
        'tax_id' as key_type,
        coalesce(tax_country, '') || ' ' || tax_key as key_value,
        null as skip_reason
    from records
    union all
    select record_key, 'domain' as key_type, domain as key_value, shared_domain as skip_reason
    from domains
    union all
    select record_key, 'email' as key_type, email_key as key_value, null as skip_reason
    from records
    union all
    select account_key as record_key, 'email' as key_type, personal_email_key as key_value, null as skip_reason
    from person_records
    where account_key is not null
    union all
    select record_key, 'phone' as key_type, phone_key as key_value, null as skip_reason
    from records
    union all
    select record_key, 'fax' as key_type, fax_key as key_value, null as skip_reason
    from records
    union all
    select record_key, 'name' as key_type, name_key as key_value, null as skip_reason
    from records
    union all
    select record_key, 'core_words' as key_type, core_words as key_value, null as skip_reason
    from records
    union all
    select record_key, 'street' as key_type, street_key as key_value, null as skip_reason
    from records
    union all
    select record_key, 'street_postal' as key_type, street_key || ' ' || postal_key as key_value, null as skip_reason
    from records
    union all
    select record_key, 'street_city' as key_type, street_key || ' ' || city_key as key_value, null as skip_reason
    from records
    union all
    select record_key, 'house_postal' as key_type, house_number || ' ' || postal_key as key_value, null as skip_reason
    from records
    union all
    select record_key, 'word_house' as key_type, part || ' ' || house_number as key_value, null as skip_reason
    from core_words
    union all
    select record_key, 'word_postal' as key_type, part || ' ' || postal_key as key_value, null as skip_reason
    from core_words
    union all
    select record_key, 'word_city' as key_type, part || ' ' || city_key as key_value, null as skip_reason
    from core_words
),

distinct_keys as (
    select
        record_key,
        key_type,
        key_value,
        min(skip_reason) as skip_reason
    from keys
    where key_value <> ''
    group by record_key, key_type, key_value
),

counted as (
    select
        *,
        count(*) over (partition by key_type, key_value) as record_count
    from distinct_keys
),

final as (
    select
        counted.record_key,
        counted.key_type,
        counted.key_value,
        counted.record_count,
        case
            when counted.skip_reason is not null then counted.skip_reason
            when counted.record_count > key_rules.max_records then 'hub'
        end as skip_reason
    from counted
    inner join key_rules
        on counted.key_type = key_rules.key_type
)

select * from final
