-- The value of each attribute of a customer and the source record it comes from. Per attribute the seed
-- attribute_sources says which table is asked first; within a table the newest record wins. Deleted records speak only
-- where no live one does, the one that was deleted last first, so that cleaning up moves no past figure to another
-- segment.
{% set attributes = [
    ('customer_name', 'records.account_name'),
    ('website', 'records.website'),
    ('phone', 'records.phone'),
    ('city', 'records.city'),
    ('country', 'records.country'),
    ('postal_code', 'records.postal_code'),
    ('tax_id', 'records.tax_id'),
    ('industry', 'crm.industry'),
    ('employee_count', 'crm.employee_count'),
    ('annual_revenue', 'crm.annual_revenue'),
    ('owner_key', "crm.owner_key"),
    ('parent_key', 'records.parent_key'),
] %}

with records as (
    select
        accounts.*,
        customers.customer_id
    from {{ ref('int_accounts') }} as accounts
    inner join {{ ref('int_identity__customers') }} as customers
        on accounts.record_key = customers.record_key
),

crm as (
    select
        {{ record_key('salesforce', 'account', 'account_id') }} as record_key,
        industry,
        employee_count,
        annual_revenue,
        {{ record_key('salesforce', 'user', 'owner_user_id') }} as owner_key
    from {{ ref('stg_salesforce__account') }}
    where row_status in ('used', 'deleted')
),

attribute_sources as (
    select * from {{ ref('attribute_sources') }}
),

-- one row per record and attribute that the record fills
candidates as (
    {% for attribute, expression in attributes -%}
    select
        records.customer_id,
        records.record_key,
        records.source_system,
        records.source_table,
        records.created_at,
        records.is_deleted,
        records.deleted_at,
        '{{ attribute }}' as attribute,
        cast({{ expression }} as {{ dbt.type_string() }}) as attribute_value
    from records
    {% if expression.startswith('crm.') -%}
    inner join crm
        on records.record_key = crm.record_key
    {% endif -%}
    where {{ expression }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

ranked as (
    select
        candidates.customer_id,
        candidates.attribute,
        candidates.attribute_value,
        candidates.record_key,
        row_number() over (
            partition by candidates.customer_id, candidates.attribute
            order by
                candidates.is_deleted asc,
                attribute_sources.priority asc nulls last,
                candidates.deleted_at desc nulls first,
                candidates.created_at desc nulls last,
                candidates.record_key asc
        ) as preference
    from candidates
    left join attribute_sources
        on
            candidates.attribute = attribute_sources.attribute
            and candidates.source_system = attribute_sources.source_system
            and candidates.source_table = attribute_sources.source_table
),

final as (
    select
        customer_id,
        attribute,
        attribute_value,
        record_key
    from ranked
    where preference = 1
)

select * from final
