-- What was known of each customer at the end of each month: revenue, support, use of the product, contact and surveys
-- side by side. A figure of a tool that does not know the customer, or did not yet, is null.
with revenue as (
    select * from {{ ref('mrr_customer_months') }}
),

support as (
    select * from {{ ref('support_customer_months') }}
),

usage as (
    select * from {{ ref('usage_months') }}
),

communication as (
    select * from {{ ref('communication_months') }}
),

purchases as (
    select * from {{ ref('rfm_history') }}
),

responses as (
    select
        *,
        {{ month_end('response_date') }} as month_end
    from {{ ref('survey_responses') }}
    where is_counted and customer_id is not null
),

surveys as (
    select
        customer_id,
        month_end,
        count(case when kind = 'nps' then 1 end) as nps_answers,
        sum(case when kind = 'nps' then nps_value end) as nps_total,
        count(case when kind = 'csat' then 1 end) as csat_answers,
        count(case when csat_is_satisfied then 1 end) as csat_satisfied,
        count(case when kind = 'ces' then 1 end) as ces_answers,
        sum(ces_value) as ces_total
    from responses
    group by customer_id, month_end
),

months as (
    select customer_id, month_end, is_partial from revenue
    union
    select customer_id, month_end, is_partial from support
    union
    select customer_id, month_end, is_partial from usage
    union
    select customer_id, month_end, is_partial from communication
),

final as (
    select
        months.customer_id,
        months.month_end,
        months.is_partial,
        revenue.is_active,
        revenue.plan_name,
        revenue.seat_count,
        revenue.mrr,
        revenue.opening_mrr,
        revenue.new_mrr,
        revenue.expansion_mrr,
        revenue.contraction_mrr,
        revenue.churned_mrr,
        revenue.reactivation_mrr,
        revenue.fx_mrr,
        purchases.segment as rfm_segment,
        support.created_tickets,
        support.solved_tickets,
        support.reopened_tickets,
        support.backlog_tickets,
        support.first_replied_tickets,
        support.first_reply_business_minutes,
        support.full_resolved_tickets,
        support.full_resolution_business_minutes,
        support.fcr_base_tickets,
        support.fcr_tickets,
        support.great_count,
        support.bad_count,
        support.rated_count,
        cast(surveys.nps_answers as bigint) as nps_answers,
        cast(surveys.nps_total as bigint) as nps_total,
        cast(surveys.csat_answers as bigint) as csat_answers,
        cast(surveys.csat_satisfied as bigint) as csat_satisfied,
        cast(surveys.ces_answers as bigint) as ces_answers,
        cast(surveys.ces_total as decimal(18, 4)) as ces_total,
        usage.mau,
        usage.wau,
        usage.active_days,
        usage.stickiness,
        usage.core_features_used,
        usage.core_features_available,
        usage.seat_utilisation,
        usage.usage_trend,
        usage.is_sudden_drop,
        usage.has_short_visits,
        communication.emails_from_customer,
        communication.emails_to_customer,
        communication.meetings_held,
        communication.waiting_for_us,
        communication.unanswered_by_us,
        communication.days_since_touch
    from months
    left join revenue
        on months.customer_id = revenue.customer_id and months.month_end = revenue.month_end
    left join purchases
        on months.customer_id = purchases.customer_id and months.month_end = purchases.month_end
    left join support
        on months.customer_id = support.customer_id and months.month_end = support.month_end
    left join surveys
        on months.customer_id = surveys.customer_id and months.month_end = surveys.month_end
    left join usage
        on months.customer_id = usage.customer_id and months.month_end = usage.month_end
    left join communication
        on months.customer_id = communication.customer_id and months.month_end = communication.month_end
)

select * from final
