-- Sums of onboarding and training by month and segment. A customer counts to the month of its start, a registrant to
-- that of the session.
with activation as (
    select * from {{ ref('onboarding_customers') }} where is_start_known and activation_status <> 'not_in_product'
),

training as (
    select * from {{ ref('training_months') }}
),

facts as (
    select
        customer_id,
        cohort_month_end as month_end,
        case when is_activated_in_time and not is_censored then 1 else 0 end as activated_customers,
        case when is_censored then 0 else 1 end as judged_customers,
        case when is_censored then 1 else 0 end as open_customers,
        0 as registrants,
        0 as attendees
    from activation
    union all
    select
        customer_id,
        month_end,
        cast(null as integer) as activated_customers,
        0 as judged_customers,
        0 as open_customers,
        registrant_count as registrants,
        attendee_count as attendees
    from training
),

segmented as (
    {{ with_segments('facts') }}
),

final as (
    {{ kpi_segment_sums('segmented', [
        'activated_customers', 'judged_customers', 'open_customers', 'registrants', 'attendees',
    ]) }}
)

select * from final
