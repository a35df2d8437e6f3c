-- What the tools know of each customer, side by side. A figure of a silo that does not know the customer is null; a
-- silo that knows the customer and has nothing to count shows zero. What the marts work out joins in customers.
-- A customer whose every record is deleted stays, flagged, while a tool has something to count.
with records as (
    select * from {{ ref('int_identity__customers') }}
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

attributes as (
    select * from {{ ref('int_customer_attributes') }}
),

silos as (
    select * from {{ ref('int_customer_silos') }}
),

crm as (
    select * from {{ ref('int_customer_crm') }}
),

billing as (
    select * from {{ ref('int_customer_billing') }}
),

support as (
    select * from {{ ref('int_customer_support') }}
),

survey as (
    select * from {{ ref('int_customer_survey') }}
),

product as (
    select * from {{ ref('int_customer_product') }}
),

-- facts that are counted in no column here
other_facts as (
    select customer_id from ({{ with_customer('int_survey_declines', account_key=none) }}) as declines
    union
    select customer_id from ({{ with_customer('int_guide_steps') }}) as guide_steps
    union
    select customer_id from {{ ref('int_training__registrants') }}
),

employees as (
    select * from {{ ref('int_employees') }}
),

countries as (
    select * from {{ ref('countries') }}
),

size_bands as (
    select * from {{ ref('size_bands') }}
),

record_totals as (
    select
        records.customer_id,
        count(*) as source_record_count,
        {{ dbt.bool_or('records.is_deleted') }} as is_deleted,
        max(records.deleted_at) as deleted_at,
        min(accounts.created_at) as first_known_at
    from records
    inner join accounts
        on records.record_key = accounts.record_key
    group by records.customer_id
),

attribute_columns as (
    select
        customer_id,
        max(case when attribute = 'customer_name' then attribute_value end) as customer_name,
        max(case when attribute = 'website' then attribute_value end) as website,
        max(case when attribute = 'phone' then attribute_value end) as phone,
        max(case when attribute = 'city' then attribute_value end) as city,
        max(case when attribute = 'postal_code' then attribute_value end) as postal_code,
        max(case when attribute = 'country' then attribute_value end) as country,
        max(case when attribute = 'tax_id' then attribute_value end) as tax_id,
        max(case when attribute = 'industry' then attribute_value end) as industry,
        cast(max(case when attribute = 'employee_count' then attribute_value end) as bigint) as employee_count,
        cast(max(case when attribute = 'annual_revenue' then attribute_value end) as decimal(18, 4)) as annual_revenue,
        max(case when attribute = 'owner_key' then attribute_value end) as owner_key,
        max(case when attribute = 'parent_key' then attribute_value end) as parent_key
    from attributes
    group by customer_id
),

-- where no payment is delivered, that there was none is not known; an invoice does not tell of attempts and refunds
payments_feed as (
    select
        count(*) > 0 as has_payments,
        count(case when source_table = 'charge' then 1 end) > 0 as has_charges
    from {{ ref('int_payments') }}
),

final as (
    select
        record_totals.customer_id,
        attribute_columns.customer_name,
        attribute_columns.website,
        attribute_columns.phone,
        attribute_columns.industry,
        attribute_columns.employee_count,
        size_bands.size_band,
        attribute_columns.annual_revenue,
        attribute_columns.city,
        attribute_columns.postal_code,
        coalesce(countries.country_code, attribute_columns.country) as country,
        countries.region,
        attribute_columns.tax_id,
        attribute_columns.owner_key,
        employees.full_name as owner_name,
        employees.email as owner_email,
        case when not parents.is_deleted then parents.customer_id end as parent_customer_id,
        record_totals.is_deleted,
        record_totals.deleted_at,
        record_totals.first_known_at,
        cast(record_totals.source_record_count as bigint) as source_record_count,
        cast(silos.silo_count as bigint) as silo_count,
        silos.is_known_to_crm,
        silos.is_known_to_billing,
        silos.is_known_to_support,
        silos.is_known_to_surveys,
        silos.is_known_to_product,

        cast(case when silos.is_known_to_crm then coalesce(crm.opportunity_count, 0) end as bigint)
            as opportunity_count,
        cast(case when silos.is_known_to_crm then coalesce(crm.open_opportunity_count, 0) end as bigint)
            as open_opportunity_count,
        cast(case when silos.is_known_to_crm then coalesce(crm.won_opportunity_count, 0) end as bigint)
            as won_opportunity_count,
        crm.last_won_date,
        cast(case when silos.is_known_to_crm then coalesce(crm.activity_count, 0) end as bigint) as activity_count,
        crm.last_activity_at,
        cast(case when silos.is_known_to_crm then coalesce(crm.email_count, 0) end as bigint) as email_count,
        crm.last_email_from_customer_at,
        crm.last_email_to_customer_at,

        cast(case when silos.is_known_to_billing then coalesce(billing.subscription_count, 0) end as bigint)
            as subscription_count,
        cast(case when silos.is_known_to_billing then coalesce(billing.active_subscription_count, 0) end as bigint)
            as active_subscription_count,
        billing.first_subscription_at,
        billing.last_subscription_ended_at,
        cast(case when silos.is_known_to_billing then coalesce(billing.invoice_count, 0) end as bigint)
            as invoice_count,
        billing.first_invoice_at,
        billing.last_invoice_at,
        cast(
            case
                when silos.is_known_to_billing and payments_feed.has_payments then coalesce(billing.payment_count, 0)
            end as bigint
        ) as payment_count,
        cast(
            case
                when silos.is_known_to_billing and payments_feed.has_charges
                    then coalesce(billing.failed_payment_count, 0)
            end as bigint
        ) as failed_payment_count,
        cast(
            case
                when silos.is_known_to_billing and payments_feed.has_charges then coalesce(billing.refund_count, 0)
            end as bigint
        ) as refund_count,
        billing.first_payment_at,
        billing.last_payment_at,
        billing.last_failed_payment_at,

        cast(case when silos.is_known_to_support then coalesce(support.ticket_count, 0) end as bigint) as ticket_count,
        cast(case when silos.is_known_to_support then coalesce(support.open_ticket_count, 0) end as bigint)
            as open_ticket_count,
        support.first_ticket_at,
        support.last_ticket_at,
        cast(case when silos.is_known_to_support then coalesce(support.good_rating_count, 0) end as bigint)
            as good_rating_count,
        cast(case when silos.is_known_to_support then coalesce(support.bad_rating_count, 0) end as bigint)
            as bad_rating_count,

        cast(case when silos.is_known_to_surveys then coalesce(survey.survey_response_count, 0) end as bigint)
            as survey_response_count,
        survey.last_survey_response_at,
        cast(survey.last_nps_score as bigint) as last_nps_score,
        survey.last_nps_at,

        cast(case when silos.is_known_to_product then coalesce(product.user_count, 0) end as bigint)
            as product_user_count,
        cast(case when silos.is_known_to_product then coalesce(product.active_user_count_30d, 0) end as bigint)
            as active_user_count_30d,
        cast(case when silos.is_known_to_product then coalesce(product.active_day_count, 0) end as bigint)
            as active_day_count,
        cast(case when silos.is_known_to_product then coalesce(product.active_day_count_30d, 0) end as bigint)
            as active_day_count_30d,
        product.first_used_at,
        product.last_used_at,
        {{ as_of_date() }} as as_of_date
    from record_totals
    left join attribute_columns
        on record_totals.customer_id = attribute_columns.customer_id
    left join silos
        on record_totals.customer_id = silos.customer_id
    left join crm
        on record_totals.customer_id = crm.customer_id
    cross join payments_feed
    left join billing
        on record_totals.customer_id = billing.customer_id
    left join support
        on record_totals.customer_id = support.customer_id
    left join survey
        on record_totals.customer_id = survey.customer_id
    left join product
        on record_totals.customer_id = product.customer_id
    left join other_facts
        on record_totals.customer_id = other_facts.customer_id
    left join employees
        on attribute_columns.owner_key = employees.employee_key
    left join records as parents
        on attribute_columns.parent_key = parents.record_key
    left join countries
        on lower(attribute_columns.country) = countries.country_alias
    left join size_bands
        on
            attribute_columns.employee_count >= size_bands.min_employees
            and attribute_columns.employee_count <= coalesce(size_bands.max_employees, attribute_columns.employee_count)
    where
        not record_totals.is_deleted
        or coalesce(
            crm.customer_id, billing.customer_id, support.customer_id, survey.customer_id, product.customer_id,
            other_facts.customer_id
        ) is not null
)

select * from final
