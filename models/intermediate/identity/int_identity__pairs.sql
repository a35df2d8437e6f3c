{% set town_a, town_b = fold_umlauts('a.city_key'), fold_umlauts('b.city_key') %}
{% set towns = "coalesce(" ~ town_a ~ ", '') || ' ' || coalesce(" ~ town_b ~ ", '')" %}
{% set domain_name = fold_umlauts("replace(" ~ fold_text("split_part(pairs.shared_domain, '.', 1)") ~ ", '-', '')") %}

-- Pairs of company records that share a usable key (or that a person or a tool names), and how each of their fields
-- compares. What counts as the same, similar or different is decided here; what that is worth stands in the seed
-- identity_weights. A level is null where the field is missing on either side, or where what is shared is a hub.
with records as (
    select * from {{ ref('int_identity__records') }}
),

keys as (
    select * from {{ ref('int_identity__keys') }} where not is_hub
),

hubs as (
    select
        record_key,
        count(case when key_type = 'domain' then 1 end) as hub_domain_count,
        count(case when key_type = 'phone' then 1 end) as hub_phone_count
    from {{ ref('int_identity__keys') }}
    where is_hub
    group by record_key
),

domains as (
    select
        record_key,
        count(*) as domain_count
    from {{ ref('int_identity__domains') }}
    where shared_domain is null
    group by record_key
),

names as (
    select
        record_key,
        record_count,
        is_hub
    from {{ ref('int_identity__keys') }}
    where key_type = 'name'
),

settings as (
    select
        max(case when setting = 'rare_name_records' then value end) as rare_name_records,
        max(case when setting = 'near_house_numbers' then value end) as near_house_numbers
    from {{ ref('identity_settings') }}
),

overrides as (
    select * from {{ ref('int_identity__overrides') }} where action = 'merge' and is_known
),

-- records that point to one CRM account meet at that account, or at the first of them where the account is not there
crm_pointers as (
    select
        record_key,
        key_value as crm_account_key,
        coalesce(
            min(case when record_key = key_value then record_key end) over (partition by key_value),
            min(record_key) over (partition by key_value)
        ) as anchor_key
    from keys
    where key_type = 'crm_id'
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
        crm_account_key as key_value
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
        count(case when key_type = 'override' then 1 end) > 0 as is_override,
        count(case when key_type = 'tool_merge' then 1 end) > 0 as is_tool_merge,
        min(case when key_type = 'crm_id' then key_value end) as shared_crm_id,
        count(case when key_type = 'tax_id' then 1 end) > 0 as is_same_tax_id,
        count(case when key_type = 'phone' then 1 end) > 0 as is_same_phone,
        count(case when key_type = 'fax' then 1 end) > 0 as is_same_fax,
        count(case when key_type in ('street', 'street_postal', 'street_city') then 1 end) > 0 as shares_street,
        count(case when key_type = 'email' then 1 end) as shared_email_count,
        -- of these a record may have several
        min(case when key_type = 'email' then key_value end) as shared_email,
        min(case when key_type = 'domain' then key_value end) as shared_domain
    from matches
    group by record_a, record_b
),

-- a value that is a hub counts as missing
usable as (
    select
        records.*,
        coalesce(domains.domain_count, 0) > coalesce(hubs.hub_domain_count, 0) as has_domain,
        records.phone_key is not null and coalesce(hubs.hub_phone_count, 0) = 0 as has_phone,
        coalesce(names.is_hub, false) as has_common_name,
        coalesce(names.record_count <= settings.rare_name_records, false) as has_rare_name
    from records
    cross join settings
    left join names
        on records.record_key = names.record_key
    left join domains
        on records.record_key = domains.record_key
    left join hubs
        on records.record_key = hubs.record_key
),

compared as (
    select
        pairs.*,
        a.tax_id_is_verified and b.tax_id_is_verified as are_verified,
        case when pairs.is_same_tax_id then concat_ws(' ', a.tax_country, a.tax_key) end as shared_tax_id,
        case when pairs.is_same_phone then a.phone_key end as shared_phone,
        case when pairs.is_same_fax then a.fax_key end as shared_fax,
        case when pairs.shares_street then a.street_key end as shared_street,
        a.domain_label as domain_label_a,
        b.domain_label as domain_label_b,
        a.has_domain and b.has_domain as have_domains,
        a.has_phone and b.has_phone as have_phones,
        a.name_key = b.name_key as is_same_name,
        -- who is called like the domain that both have may have another name in the register
        {{ domain_name }} = a.name_key or {{ domain_name }} = b.name_key as is_name_of_domain,
        a.has_common_name,
        a.has_rare_name,
        a.name_key as name_a,
        b.name_key as name_b,
        least(a.core_word_count, b.core_word_count) as core_words,
        greatest(a.core_word_count, b.core_word_count) as more_core_words,
        coalesce({{ common_words('a.core_words', 'b.core_words') }}, 0) as common_core_words,
        -- words of one name that the other has not, but for the town
        case
            when a.city_key is not null or b.city_key is not null
                then
                    {{ words_without(words_without('a.core_words', 'b.core_words'), towns) }}
                    || {{ words_without(words_without('b.core_words', 'a.core_words'), towns) }} = ''
        end as are_same_words_but_town,
        a.house_number = b.house_number as is_same_house,
        abs(
            try_cast({{ regex_replace('a.house_number', '[^0-9]', '') }} as bigint)
            - try_cast({{ regex_replace('b.house_number', '[^0-9]', '') }} as bigint)
        ) <= settings.near_house_numbers as are_near_houses,
        a.street_name as street_a,
        b.street_name as street_b,
        a.street_key = b.street_key as is_same_street_key,
        -- what stands behind the street (a town, a cross street, a room) is often left out
        a.street_name = b.street_name
        or substr(a.street_name, 1, length(b.street_name) + 1) = b.street_name || ' '
        or substr(b.street_name, 1, length(a.street_name) + 1) = a.street_name || ' ' as is_same_road,
        a.street_key is not null and b.street_key is not null as have_streets,
        a.postal_key = b.postal_key as is_same_postal,
        a.city_key = b.city_key as is_same_city,
        a.country_key <> b.country_key as is_other_country,
        a.tax_country = b.tax_country and a.tax_key <> b.tax_key as is_other_tax_id
    from pairs
    inner join usable as a
        on pairs.record_a = a.record_key
    inner join usable as b
        on pairs.record_b = b.record_key
    cross join settings
),

levels as (
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
        case when is_override then 'merge' end as override_level,
        case when is_tool_merge then 'same' end as tool_merge_level,
        case when shared_crm_id is not null then 'same' end as crm_id_level,
        case
            when is_same_tax_id and are_verified then 'same'
            when is_same_tax_id then 'same_unverified'
            when is_other_tax_id then 'different'
        end as tax_id_level,
        case
            when shared_domain is not null then 'same'
            when not have_domains then null
            when domain_label_a = domain_label_b then 'same_label'
            else 'different'
        end as domain_level,
        case
            when shared_email_count >= 2 then 'several'
            when shared_email_count = 1 and shared_domain is not null then 'same_in_domain'
            when shared_email_count = 1 then 'same'
        end as email_level,
        case
            when is_same_phone then 'same'
            when have_phones then 'different'
        end as phone_level,
        case when is_same_fax then 'same' end as fax_level,
        case
            when is_same_name and core_words = 0 then 'same_generic'
            when is_same_name and has_common_name then 'same_common'
            when is_same_name then 'same'
            when is_same_name is null then null
            when core_words > 0 and common_core_words = 0 and is_name_of_domain then 'domain_name'
            when core_words = 0 and {{ is_alike('name_a', 'name_b') }} then 'same_generic'
            when core_words = 0 then 'different'
            when common_core_words = more_core_words then 'same_words'
            when common_core_words > 0 and are_same_words_but_town then 'same_words'
            when common_core_words = core_words then 'contained'
            when {{ is_alike('name_a', 'name_b') }} then 'similar'
            when 2 * common_core_words >= core_words then 'half'
            when common_core_words > 0 then 'some'
            else 'different'
        end as name_level,
        case
            when is_same_street_key and not shares_street then null
            when is_same_house and is_same_road and (is_same_postal or is_same_city) then 'same'
            when is_same_house and is_same_road and coalesce(is_same_postal, is_same_city) is null then 'same_street'
            when is_same_street_key then 'elsewhere'
            when
                is_same_house
                and coalesce(is_same_postal, is_same_city, true)
                -- 'shibuya 176' is not 'shibuya 180'
                and {{ regex_replace('street_a', '[^0-9]', '') }} = {{ regex_replace('street_b', '[^0-9]', '') }}
                and (
                    substr(street_a, 1, 4) = substr(street_b, 1, 4)
                    or {{ is_alike('street_a', 'street_b', ratio=0.75) }}
                )
                then 'similar'
            when are_near_houses and is_same_road and coalesce(is_same_postal, is_same_city, true) then 'near'
            when have_streets and is_same_postal then 'same_area'
            when have_streets then 'different'
            when is_same_postal or is_same_city then 'same_place'
            when coalesce(is_same_postal, is_same_city) is not null then 'other_place'
        end as address_level,
        case when is_other_country then 'different' end as country_level,
        case when is_same_name then name_a end as shared_name,
        has_rare_name
    from compared
),

-- with nothing else to compare a name is enough where few have it, and where no two that have it are known to differ
final as (
    select
        {{ all_except('levels', ['name_level', 'shared_name', 'has_rare_name']) }},
        case
            when
                name_level = 'same'
                and has_rare_name
                and max(
                    case
                        when
                            tax_id_level = 'different'
                            or domain_level in ('different', 'same_label')
                            or address_level in ('different', 'same_area', 'elsewhere', 'other_place')
                            or country_level = 'different'
                            then 1
                        else 0
                    end
                ) over (partition by shared_name) = 0
                then 'same_rare'
            else name_level
        end as name_level
    from levels
)

select * from final
