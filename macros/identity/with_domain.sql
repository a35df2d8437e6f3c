{#
  The rows of a relation that has a column `host`, with
    domain         the part that somebody registers: 'shop.acme.co.uk' is 'acme.co.uk' (seed identity_domain_suffixes)
    shared_domain  why this domain says nothing about a company (seed identity_shared_domains: free_mail, platform ...)
#}
{% macro with_domain(relation) -%}
    select
        hosts.*,
        shared_domains.kind as shared_domain
    from (
        select
            {{ relation }}.*,
            nullif(case
                when suffixes.suffix is null
                    then regexp_extract({{ relation }}.host, '[^.]+[.][^.]+$', 0)
                else regexp_extract({{ relation }}.host, '[^.]+[.][^.]+[.][^.]+$', 0)
            end, '') as domain
        from {{ relation }}
        left join {{ ref('identity_domain_suffixes') }} as suffixes
            on regexp_extract({{ relation }}.host, '[^.]+[.][^.]+$', 0) = suffixes.suffix
    ) as hosts
    left join {{ ref('identity_shared_domains') }} as shared_domains
        on hosts.domain = shared_domains.domain
{%- endmacro %}
