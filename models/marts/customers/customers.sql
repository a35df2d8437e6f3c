-- The 360 view: one row per customer, as of as_of_date: what every tool knows, and what the other marts work out.
with customers as (
    select * from {{ ref('int_customers') }}
),

people as (
    select * from {{ ref('customer_people') }} where customer_id is not null
),

revenue as (
    select * from {{ ref('int_customer_revenue') }}
),

revenue_months as (
    select * from {{ ref('mrr_customer_months') }} where month_end = {{ as_of_date() }}
),

stages as (
    select * from {{ ref('int_history__stages') }} where month_end = {{ as_of_date() }}
),

rfm as (
    select * from {{ ref('rfm_scores') }}
),

lifetime as (
    select * from {{ ref('customer_lifetime_value') }}
),

months as (
    select * from {{ ref('customer_months') }} where month_end = {{ as_of_date() }}
),

voice as (
    select * from {{ ref('customer_voice') }}
),

onboarding as (
    select * from {{ ref('onboarding_customers') }}
),

health as (
    select * from {{ ref('health_scores') }}
),

risk as (
    select * from {{ ref('churn_risk') }}
),

vectors as (
    select * from {{ ref('success_vectors') }}
),

actions as (
    select
        *,
        count(*) over (partition by customer_id) as open_actions
    from {{ ref('next_best_actions') }}
),

people_totals as (
    select
        customer_id,
        count(*) as people_count,
        count(case when is_champion then 1 end) as champion_count
    from people
    group by customer_id
),

final as (
    select
        customers.*,
        cast(coalesce(people_totals.people_count, 0) as bigint) as people_count,
        cast(case when customers.is_known_to_crm then coalesce(people_totals.champion_count, 0) end as bigint)
            as champion_count,
        coalesce(
            stages.lifecycle_stage, case when customers.is_known_to_billing is not null then 'prospect' end
        ) as lifecycle_stage,
        revenue_months.plan_name,
        revenue_months.plan_interval,
        revenue_months.currency as billing_currency,
        revenue_months.seat_count,
        -- who is billed but never paid for a plan has an MRR of zero; whom billing does not know has none
        cast(
            case
                when revenue_months.customer_id is not null then revenue_months.mrr
                when stages.customer_id is not null then 0
            end as decimal(18, 4)
        ) as mrr,
        cast(
            case
                when revenue_months.customer_id is not null then revenue_months.arr
                when stages.customer_id is not null then 0
            end as decimal(18, 4)
        ) as arr,
        revenue.first_mrr_date,
        revenue.churn_date,
        months.tenure_months,
        cast(revenue.new_mrr_12m as decimal(18, 4)) as new_mrr_12m,
        cast(revenue.expansion_mrr_12m as decimal(18, 4)) as expansion_mrr_12m,
        cast(revenue.contraction_mrr_12m as decimal(18, 4)) as contraction_mrr_12m,
        cast(revenue.churned_mrr_12m as decimal(18, 4)) as churned_mrr_12m,
        cast(revenue.reactivation_mrr_12m as decimal(18, 4)) as reactivation_mrr_12m,
        cast(revenue.fx_mrr_12m as decimal(18, 4)) as fx_mrr_12m,
        rfm.segment as rfm_segment,
        rfm.rfm_group,
        rfm.rfe_group,
        lifetime.expected_remaining_months,
        lifetime.realised_value,
        lifetime.residual_value,
        lifetime.lifetime_value,
        onboarding.activation_status,
        months.mau,
        months.stickiness,
        months.seat_utilisation,
        months.usage_trend,
        months.is_sudden_drop,
        months.backlog_tickets,
        voice.nps_answer_count,
        voice.csat,
        voice.ces,
        months.waiting_for_us,
        months.days_since_touch,
        health.score as health_score,
        health.grade as health_grade,
        health.colour as health_colour,
        health.trend as health_trend,
        health.coverage as health_coverage,
        health.driver_1 as health_driver_1,
        health.driver_2 as health_driver_2,
        health.driver_3 as health_driver_3,
        risk.probability as churn_probability,
        vectors.revenue_at_risk,
        vectors.vector as success_vector,
        cast(case when health.customer_id is not null then coalesce(actions.open_actions, 0) end as bigint)
            as open_action_count,
        actions.label as next_action,
        actions.reason as next_action_reason,
        actions.due_on as next_action_due_on
    from customers
    left join people_totals
        on customers.customer_id = people_totals.customer_id
    left join revenue
        on customers.customer_id = revenue.customer_id
    left join revenue_months
        on customers.customer_id = revenue_months.customer_id
    left join stages
        on customers.customer_id = stages.customer_id
    left join rfm
        on customers.customer_id = rfm.customer_id
    left join lifetime
        on customers.customer_id = lifetime.customer_id
    left join months
        on customers.customer_id = months.customer_id
    left join voice
        on customers.customer_id = voice.customer_id
    left join onboarding
        on customers.customer_id = onboarding.customer_id
    left join health
        on customers.customer_id = health.customer_id
    left join risk
        on customers.customer_id = risk.customer_id
    left join vectors
        on customers.customer_id = vectors.customer_id
    left join actions
        on customers.customer_id = actions.customer_id and actions.place_of_customer = 1
)

select * from final  -- noqa: AM04
