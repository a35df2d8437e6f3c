-- Activation and time to first value, one row per customer that ever had recurring revenue or used the product.
with customers as (
    select * from {{ ref('int_customers') }}
),

starts as (
    select * from {{ ref('int_onboarding__starts') }}
),

settings as (
    select * from {{ ref('int_onboarding__settings') }}
),

activations as (
    select
        done.customer_id,
        done.done_date
    from {{ ref('int_onboarding__done') }} as done
    inner join {{ ref('int_onboarding__steps') }} as steps
        on done.step_id = steps.step_id
    where steps.is_activation
),

dated as (
    select
        customers.customer_id,
        customers.is_known_to_product,
        starts.start_date,
        starts.cohort_month_end,
        starts.first_mrr_date,
        starts.first_use_date,
        starts.is_start_known,
        activations.done_date as activated_date,
        {{ seconds_between('cast(starts.start_date as timestamp)', 'cast(activations.done_date as timestamp)') }}
            as seconds_to_first_value,
        settings.activation_window_days,
        cast({{ before('cast(starts.start_date as timestamp)', 0, '-settings.activation_window_days') }} as date)
            as window_ends_on
    from starts
    inner join customers
        on starts.customer_id = customers.customer_id
    cross join settings
    left join activations
        on starts.customer_id = activations.customer_id
),

final as (
    select
        customer_id,
        start_date,
        cohort_month_end,
        first_mrr_date,
        first_use_date,
        is_start_known,
        activated_date,
        cast(seconds_to_first_value / 86400 as bigint) as days_to_first_value,
        activation_window_days,
        window_ends_on,
        case
            when not coalesce(is_known_to_product, false) then 'not_in_product'
            when activated_date <= window_ends_on then 'activated'
            when window_ends_on > {{ as_of_date() }} then 'open'
            when activated_date is not null then 'activated_late'
            else 'not_activated'
        end as activation_status,
        case
            when not coalesce(is_known_to_product, false) then cast(null as boolean)
            when activated_date <= window_ends_on then true
            when window_ends_on <= {{ as_of_date() }} then false
        end as is_activated_in_time,
        window_ends_on > {{ as_of_date() }} as is_censored,
        {{ as_of_date() }} as as_of_date
    from dated
)

select * from final
