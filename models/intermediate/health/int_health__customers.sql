-- Whose health is scored in which month, and what the thresholds may depend on: the customers that paid at the month
-- end; without billing, all whom any tool knew. Who is deleted is scored up to the month before; where nobody knows
-- when that was, up to the last closed one.
with customer_months as (
    select * from {{ ref('customer_months') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

settings as (
    select * from {{ ref('int_health__settings') }}
),

billing as (
    select count(is_active) > 0 as is_known from customer_months
),

final as (
    select
        customer_months.customer_id,
        customer_months.month_end,
        customer_months.is_partial,
        customer_months.mrr,
        customer_months.plan_name,
        customers.size_band,
        customer_months.tenure_months,
        case
            when
                customer_months.tenure_months < settings.onboarding_months
                and not coalesce(customer_months.is_activated, false)
                then 'onboarding'
            when
                customer_months.term_months >= {{ var('renewal_min_months', 3) }}
                and customer_months.days_to_term_end <= settings.renewal_days
                then 'renewal'
            else 'adoption'
        end as stage
    from customer_months
    inner join customers
        on customer_months.customer_id = customers.customer_id
    cross join settings
    cross join billing
    where
        (customer_months.is_active or not billing.is_known)
        and not coalesce(
            customers.is_deleted
            and customer_months.month_end
            >= coalesce({{ to_reporting_date('customers.deleted_at') }}, {{ as_of_date() }}),
            false
        )
)

select * from final
