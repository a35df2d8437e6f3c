-- Scored pairs: the points of every field add up to the score. From link_threshold on a pair is a link; from
-- review_threshold on it is for a person to decide; below that it is not kept.
{% set fields = [
    'override', 'tool_merge', 'crm_id', 'tax_id', 'domain', 'email', 'phone', 'fax', 'name', 'address', 'country'
] %}

with pairs as (
    select * from {{ ref('int_identity__pairs') }}
),

weights as (
    select * from {{ ref('identity_weights') }}
),

settings as (
    select
        max(case when setting = 'link_threshold' then value end) as link_threshold,
        max(case when setting = 'review_threshold' then value end) as review_threshold
    from {{ ref('identity_settings') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

weighted as (
    select
        pairs.*,
        coalesce(override_weights.weight, 0) as override_points,
        coalesce(tool_merge_weights.weight, 0) as tool_merge_points,
        coalesce(crm_id_weights.weight, 0) as crm_id_points,
        coalesce(tax_id_weights.weight, 0) as tax_id_points,
        coalesce(domain_weights.weight, 0) as domain_points,
        coalesce(email_weights.weight, 0) as email_points,
        coalesce(phone_weights.weight, 0) as phone_points,
        coalesce(fax_weights.weight, 0) as fax_points,
        coalesce(name_weights.weight, 0) as name_points,
        coalesce(address_weights.weight, 0) as address_points,
        coalesce(country_weights.weight, 0) as country_points
    from pairs
    {% for field in fields -%}
    left join weights as {{ field }}_weights
        on pairs.{{ field }}_level = {{ field }}_weights.level and {{ field }}_weights.field = '{{ field }}'
    {% endfor %}
),

scored as (
    select
        *,
        cast(
            override_points + tool_merge_points + crm_id_points + tax_id_points + domain_points + email_points
            + phone_points + fax_points + name_points + address_points + country_points
            as decimal(9, 2)
        ) as score
    from weighted
),

kept as (
    select
        scored.*,
        scored.score >= settings.link_threshold as is_link
    from scored
    cross join settings
    where scored.score >= settings.review_threshold
),

final as (
    select
        kept.record_a,
        kept.record_b,
        kept.score,
        case when kept.is_link then 'link' else 'review' end as status,
        -- the best first; ties in an order that is fixed and favours nobody
        case
            when kept.is_link
                then
                    lpad(cast(cast((10000 - kept.score) * 100 as bigint) as {{ dbt.type_string() }}), 8, '0')
                    || md5(kept.record_a || '|' || kept.record_b)
        end as link_order,
        case
            when kept.override_points > 0 then 'manual_merge'
            when kept.tool_merge_points > 0 then 'merged_in_tool'
            when kept.crm_id_points > 0 then 'crm_id'
            when kept.tax_id_points > 0 then 'tax_id'
            else concat_ws(
                    '+',
                    case when kept.domain_points > 0 then 'domain' end,
                    case when kept.email_points > 0 then 'email' end,
                    case when kept.phone_points > 0 then 'phone' end,
                    case when kept.fax_points > 0 then 'fax' end,
                    case when kept.name_points > 0 then 'name' end,
                    case when kept.address_points > 0 then 'address' end
                )
        end as rule,
        concat_ws(
            '; ',
            case when kept.crm_id_points > 0 then 'CRM account ' || kept.shared_crm_id end,
            case when kept.tax_id_points > 0 then 'tax number ' || kept.shared_tax_id end,
            case when kept.shared_domain is not null then 'domain ' || kept.shared_domain end,
            case when kept.domain_level = 'same_label' then 'domains ' || a.domain || ' ~ ' || b.domain end,
            case
                when kept.shared_email is not null
                    then 'e-mail #' || substr({{ sha256_hex('kept.shared_email') }}, 1, 8)
            end,
            case when kept.shared_phone is not null then 'phone ' || kept.shared_phone end,
            case when kept.shared_fax is not null then 'fax ' || kept.shared_fax end,
            case
                when kept.name_points > 0 and a.short_name = b.short_name then 'name ' || a.short_name
                when kept.name_points > 0 then 'names ' || a.short_name || ' ~ ' || b.short_name
            end,
            case
                when kept.shared_street is not null and kept.address_points > 0 then 'address ' || kept.shared_street
                when kept.address_level = 'similar' then 'addresses ' || a.street_key || ' ~ ' || b.street_key
            end
        ) as evidence,
        concat_ws(
            '; ',
            case when kept.tax_id_points < 0 then 'tax numbers ' || a.tax_key || ' / ' || b.tax_key end,
            case when kept.domain_points < 0 then 'domains ' || a.domain || ' / ' || b.domain end,
            case when kept.name_points < 0 then 'names ' || a.short_name || ' / ' || b.short_name end,
            case
                when kept.address_points < 0
                    then 'addresses ' || coalesce(a.street_key || ' / ' || b.street_key, 'in other places')
            end,
            case when kept.country_points < 0 then 'countries ' || a.country_key || ' / ' || b.country_key end
        ) as counter_evidence,
        kept.override_points,
        kept.tool_merge_points,
        kept.crm_id_points,
        kept.tax_id_points,
        kept.domain_points,
        kept.email_points,
        kept.phone_points,
        kept.fax_points,
        kept.name_points,
        kept.address_points,
        kept.country_points
    from kept
    inner join records as a
        on kept.record_a = a.record_key
    inner join records as b
        on kept.record_b = b.record_key
)

select * from final
