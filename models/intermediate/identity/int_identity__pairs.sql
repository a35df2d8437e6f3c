-- Pairs of company records that share a usable key (or that a person or a tool names), and how each of their fields
-- compares. What counts as the same, similar or different is decided here; what that is worth stands in the seed
-- identity_weights. A level is null where the field is missing on either side, or where what is shared is a hub.
with records as (
    select * from {{ ref('int_identity__records') }}
),

keys as (
    select * from {{ ref('int_identity__keys') }} where skip_reason is null
),

overrides as (
    select * from {{ ref('int_identity__overrides') }} where action = 'merge' and is_known
),

-- records that point to one CRM account meet at that account, or at the first of them where the account is not there
crm_pointers as (
    select
        keys.record_key,
        keys.key_value as crm_account_id,
        coalesce(
            min(case when records.source_id = keys.key_value then keys.record_key end)
                over (partition by keys.key_value),
            min(keys.record_key) over (partition by keys.key_value)
        ) as anchor_key
    from keys
    inner join records
        on keys.record_key = records.record_key
    where keys.key_type = 'crm_id'
),

matches as (
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
    where keys_a.key_type <> 'crm_id'
    union all
    select
        least(record_key, anchor_key) as record_a,
        greatest(record_key, anchor_key) as record_b,
        'crm_id' as key_type,
        crm_account_id as key_value
    from crm_pointers
    where record_key <> anchor_key
    union all
    select
        least(records.record_key, survivors.record_key) as record_a,
        greatest(records.record_key, survivors.record_key) as record_b,
        'tool_merge' as key_type,
        '' as key_value
    from records
    inner join records as survivors
        on records.merged_into_id = survivors.record_key and records.record_key <> survivors.record_key
    union all
    select
        record_a,
        record_b,
        'override' as key_type,
        '' as key_value
    from overrides
    where record_a <> record_b
),

pairs as (
    select
        record_a,
        record_b,
        max(case when key_type = 'override' then 1 end) as override_count,
        max(case when key_type = 'tool_merge' then 1 end) as tool_merge_count,
        min(case when key_type = 'crm_id' then key_value end) as shared_crm_id,
        min(case when key_type = 'tax_id' then key_value end) as shared_tax_id,
        min(case when key_type = 'domain' then key_value end) as shared_domain,
        min(case when key_type = 'email' then key_value end) as shared_email,
        count(case when key_type = 'email' then key_value end) as shared_email_count,
        min(case when key_type = 'phone' then key_value end) as shared_phone,
        min(case when key_type = 'fax' then key_value end) as shared_fax,
        min(case when key_type = 'name' then key_value end) as shared_name,
        min(case when key_type in ('street', 'street_postal', 'street_city') then key_value end) as shared_street
    from matches
    group by record_a, record_b
),

own_keys as (
    select
        record_key,
        max(case when key_type = 'domain' then 1 end) as has_domain,
        max(case when key_type = 'phone' then 1 end) as has_phone,
        max(case when key_type = 'name' then 1 end) as has_name
    from keys
    where key_type in ('domain', 'phone', 'name')
    group by record_key
),

-- a record's own value that is a hub counts as missing
usable as (
    select
        records.*,
        own_keys.has_domain,
        own_keys.has_phone,
        own_keys.has_name
    from records
    left join own_keys
        on records.record_key = own_keys.record_key
),

compared as (
    select
        pairs.*,
        a.domain_label as domain_label_a,
        b.domain_label as domain_label_b,
        a.has_domain + b.has_domain as domains,
        a.has_phone + b.has_phone as phones,
        a.has_name + b.has_name as names,
        a.name_key as name_a,
        b.name_key as name_b,
        least(a.core_word_count, b.core_word_count) as core_words,
        greatest(a.core_word_count, b.core_word_count) as more_core_words,
        coalesce({{ common_words('a.core_words', 'b.core_words') }}, 0) as common_core_words,
        a.house_number = b.house_number as is_same_house,
        a.street_name as street_a,
        b.street_name as street_b,
        a.street_key = b.street_key as is_same_street,
        a.postal_key = b.postal_key as is_same_postal,
        a.city_key = b.city_key as is_same_city,
        a.country_key <> b.country_key as is_other_country,
        a.tax_country = b.tax_country and a.tax_key <> b.tax_key as is_other_tax_id
    from pairs
    inner join usable as a
        on pairs.record_a = a.record_key
    inner join usable as b
        on pairs.record_b = b.record_key
),

final as (
    select
        record_a,
        record_b,
        shared_crm_id,
        shared_tax_id,
        shared_domain,
        shared_email,
        shared_phone,
        shared_fax,
        shared_street,
        case when override_count is not null then 'merge' end as override_level,
        case when tool_merge_count is not null then 'same' end as tool_merge_level,
        case when shared_crm_id is not null then 'same' end as crm_id_level,
        case
            when shared_tax_id is not null then 'same'
            when is_other_tax_id then 'different'
        end as tax_id_level,
        case
            when shared_domain is not null then 'same'
            when domains is null then null
            when domain_label_a = domain_label_b then 'same_label'
            else 'different'
        end as domain_level,
        case
            when shared_email_count >= 2 then 'several'
            when shared_email_count = 1 and shared_domain is not null then 'same_in_domain'
            when shared_email_count = 1 then 'same'
        end as email_level,
        case
            when shared_phone is not null then 'same'
            when phones is not null then 'different'
        end as phone_level,
        case when shared_fax is not null then 'same' end as fax_level,
        case
            when names is null then null
            when shared_name is not null and core_words = 0 then 'same_generic'
            when shared_name is not null then 'same'
            when core_words = 0 and {{ is_alike('name_a', 'name_b') }} then 'same_generic'
            when core_words = 0 then 'different'
            when common_core_words = more_core_words then 'same_words'
            when common_core_words = core_words then 'contained'
            when {{ is_alike('name_a', 'name_b') }} then 'similar'
            when 2 * common_core_words >= core_words then 'half'
            when common_core_words > 0 then 'some'
            else 'different'
        end as name_level,
        case
            when is_same_street and shared_street is null then null
            when is_same_street and (is_same_postal or is_same_city) then 'same'
            when is_same_street and coalesce(is_same_postal, is_same_city) is null then 'same_street'
            when is_same_street then 'elsewhere'
            when
                is_same_house
                and coalesce(is_same_postal, is_same_city, true)
                and (
                    substr(street_a, 1, 4) = substr(street_b, 1, 4)
                    or {{ is_alike('street_a', 'street_b', ratio=0.75) }}
                )
                then 'similar'
            when not is_same_street then 'different'
            when is_same_postal or is_same_city then 'same_place'
            when coalesce(is_same_postal, is_same_city) is not null then 'other_place'
        end as address_level,
        case when is_other_country then 'different' end as country_level
    from compared
)

select * from final
