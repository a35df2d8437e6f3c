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

billing as (
    select * from {{ ref('int_history__billing') }}
),

last_uses as (
    select * from {{ ref('int_history__last_use') }}
),

champions as (
    select * from {{ ref('int_history__champions') }}
),

onboarding as (
    select * from {{ ref('onboarding_customers') }} where activation_status <> 'not_in_product'
),

training as (
    select * from {{ ref('int_history__training') }}
),

incidents as (
    select * from {{ ref('int_history__incidents') }}
),

stages as (
    select * from {{ ref('int_history__stages') }}
),

-- from when on a feed tells of anybody: before that, none is not zero
feeds as (
    select
        (
            select {{ to_reporting_date('min(occurred_at)') }} as first_date
            from {{ ref('int_payments') }}
            where source_table = 'charge'
        ) as payments_from,
        (select min(month_end) as first_month_end from {{ ref('int_history__training') }}) as training_from,
        (select min(month_end) as first_month_end from {{ ref('uptime_months') }}) as incidents_from,
        (select min(month_end) as first_month_end from stages) as billing_from,
        (select min(purchase_date) as first_date from {{ ref('int_purchases') }}) as purchases_from
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

joined as (
    select
        months.customer_id,
        months.month_end,
        months.is_partial,
        revenue.customer_id is not null as is_known_to_billing,
        revenue.plan_interval,
        billing.term_months,
        billing.term_ends_on,
        billing.days_to_term_end,
        case
            when revenue.customer_id is not null and feeds.payments_from <= months.month_end
                then coalesce(billing.failed_payments, 0)
        end as failed_payments,
        billing.overdue_days,
        last_uses.last_use_date,
        usage.customer_id is not null as is_known_to_product,
        usage.active_day_share,
        usage.core_feature_share,
        usage.events_per_active_user,
        usage.mau_trend,
        usage.usage_deviation,
        champions.champion_silent_days,
        case
            when onboarding.activated_date <= months.month_end then true
            when onboarding.window_ends_on <= months.month_end then false
        end as is_activated,
        case when feeds.training_from <= months.month_end then coalesce(training.attendees, 0) end
            as training_attendees,
        case when feeds.incidents_from <= months.month_end then coalesce(incidents.outage_minutes, 0) end
            as outage_minutes,
        coalesce(
            stages.lifecycle_stage, case when feeds.billing_from <= months.month_end then 'prospect' end
        ) as lifecycle_stage,
        -- who is billed but has not paid for a plan yet has an MRR of zero
        coalesce(revenue.is_active, case when stages.customer_id is not null then false end) as is_active,
        coalesce(revenue.was_active, false) as was_active,
        revenue.plan_name,
        revenue.seat_count,
        coalesce(revenue.mrr, case when stages.customer_id is not null then 0 end) as mrr,
        revenue.opening_mrr,
        revenue.new_mrr,
        revenue.expansion_mrr,
        revenue.contraction_mrr,
        revenue.churned_mrr,
        revenue.reactivation_mrr,
        revenue.fx_mrr,
        coalesce(purchases.segment, case when feeds.purchases_from <= months.month_end then 'never_bought' end)
            as rfm_segment,
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
    cross join feeds
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
    left join billing
        on months.customer_id = billing.customer_id and months.month_end = billing.month_end
    left join last_uses
        on months.customer_id = last_uses.customer_id and months.month_end = last_uses.month_end
    left join champions
        on months.customer_id = champions.customer_id and months.month_end = champions.month_end
    left join onboarding
        on months.customer_id = onboarding.customer_id
    left join training
        on months.customer_id = training.customer_id and months.month_end = training.month_end
    left join stages
        on months.customer_id = stages.customer_id and months.month_end = stages.month_end
    left join incidents
        on months.customer_id = incidents.customer_id and months.month_end = incidents.month_end
),

-- a customer's months have no gaps, so that three rows are three months
rolled as (
    select
        *,
        min(case when is_known_to_billing then {{ month_number('month_end') }} end) over up_to_now as first_paid_month,
        max(case when is_active or was_active then {{ month_number('month_end') }} end) over up_to_now
            as last_paid_month,
        max(last_use_date) over up_to_now as last_use_so_far,
        max(case when nps_answers > 0 then month_end end) over up_to_now as last_nps_month,
        max(case when csat_answers > 0 then month_end end) over up_to_now as last_csat_month,
        max(case when ces_answers > 0 then month_end end) over up_to_now as last_ces_month,
        lag(mrr, 6) over months_of_customer as mrr_6m_ago,
        sum(created_tickets) over last_3_months as created_tickets_3m,
        sum(reopened_tickets) over last_3_months as reopened_tickets_3m,
        sum(rated_count) over last_3_months as rated_count_3m,
        sum(bad_count) over last_3_months as bad_count_3m,
        sum(failed_payments) over last_3_months as failed_payments_3m,
        -- a month without an exchange rate is not a month in which nothing changed
        {%- for kind in ['contraction', 'expansion'] %}
        case
            when count(case when is_known_to_billing and {{ kind }}_mrr is null then 1 end) over last_3_months = 0
                then sum({{ kind }}_mrr) over last_3_months
        end as {{ kind }}_mrr_3m,
        {%- endfor %}
        sum(emails_from_customer) over last_3_months as emails_from_customer_3m,
        sum(meetings_held) over last_3_months as meetings_held_3m,
        sum(unanswered_by_us) over last_3_months as unanswered_by_us_3m,
        sum(outage_minutes) over last_3_months as outage_minutes_3m,
        sum(nps_answers) over last_3_months as nps_answers_3m,
        sum(nps_total) over last_3_months as nps_total_3m,
        sum(training_attendees) over last_12_months as training_attendees_12m,
        sum(nps_answers) over last_12_months as nps_answers_12m,
        sum(nps_total) over last_12_months as nps_total_12m,
        sum(csat_answers) over last_12_months as csat_answers_12m,
        sum(csat_satisfied) over last_12_months as csat_satisfied_12m,
        sum(ces_answers) over last_12_months as ces_answers_12m,
        sum(ces_total) over last_12_months as ces_total_12m
    from joined
    window
        months_of_customer as (partition by customer_id order by month_end),
        up_to_now as (
            partition by customer_id order by month_end rows between unbounded preceding and current row
        ),
        last_3_months as (partition by customer_id order by month_end rows between 2 preceding and current row),
        last_12_months as (partition by customer_id order by month_end rows between 11 preceding and current row)
),

final as (
    select
        customer_id,
        month_end,
        is_partial,
        lifecycle_stage,
        is_active,
        plan_name,
        seat_count,
        mrr,
        opening_mrr,
        new_mrr,
        expansion_mrr,
        contraction_mrr,
        churned_mrr,
        reactivation_mrr,
        fx_mrr,
        rfm_segment,
        created_tickets,
        solved_tickets,
        reopened_tickets,
        backlog_tickets,
        first_replied_tickets,
        first_reply_business_minutes,
        full_resolved_tickets,
        full_resolution_business_minutes,
        fcr_base_tickets,
        fcr_tickets,
        great_count,
        bad_count,
        rated_count,
        nps_answers,
        nps_total,
        csat_answers,
        csat_satisfied,
        ces_answers,
        ces_total,
        mau,
        wau,
        active_days,
        stickiness,
        core_features_used,
        core_features_available,
        seat_utilisation,
        usage_trend,
        is_sudden_drop,
        has_short_visits,
        emails_from_customer,
        emails_to_customer,
        meetings_held,
        waiting_for_us,
        unanswered_by_us,
        days_since_touch,
        case
            when is_known_to_billing
                then cast(coalesce(last_paid_month, first_paid_month) - first_paid_month as bigint)
        end as tenure_months,
        plan_interval,
        term_months,
        term_ends_on,
        days_to_term_end,
        cast(mrr / nullif(mrr_6m_ago, 0) - 1 as double) as mrr_change_6m,
        cast(expansion_mrr_3m as decimal(18, 4)) as expansion_mrr_3m,
        cast(contraction_mrr_3m as decimal(18, 4)) as contraction_mrr_3m,
        cast(failed_payments_3m as bigint) as failed_payments_3m,
        overdue_days,
        case
            when is_known_to_product and last_use_so_far is not null
                then cast({{ dbt.datediff(
                    'coalesce(last_use_so_far, month_end)', 'month_end', 'day'
                ) }} as bigint)
        end as days_since_use,
        active_day_share,
        core_feature_share,
        events_per_active_user,
        mau_trend,
        usage_deviation,
        cast(created_tickets_3m as bigint) as created_tickets_3m,
        cast(reopened_tickets_3m as bigint) as reopened_tickets_3m,
        cast(rated_count_3m as bigint) as rated_count_3m,
        cast(bad_count_3m as bigint) as bad_count_3m,
        cast(nps_answers_3m as bigint) as nps_answers_3m,
        cast(nps_total_3m as bigint) as nps_total_3m,
        cast(nps_answers_12m as bigint) as nps_answers_12m,
        cast(nps_total_12m as bigint) as nps_total_12m,
        last_nps_month,
        cast(csat_answers_12m as bigint) as csat_answers_12m,
        cast(csat_satisfied_12m as bigint) as csat_satisfied_12m,
        last_csat_month,
        cast(ces_answers_12m as bigint) as ces_answers_12m,
        cast(ces_total_12m as decimal(18, 4)) as ces_total_12m,
        last_ces_month,
        cast(emails_from_customer_3m as bigint) as emails_from_customer_3m,
        cast(meetings_held_3m as bigint) as meetings_held_3m,
        cast(unanswered_by_us_3m as bigint) as unanswered_by_us_3m,
        champion_silent_days,
        is_activated,
        cast(training_attendees_12m as bigint) as training_attendees_12m,
        cast(outage_minutes_3m as bigint) as outage_minutes_3m
    from rolled
)

select * from final
