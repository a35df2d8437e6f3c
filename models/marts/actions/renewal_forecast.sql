-- Terms that end after as_of_date by quarter, and how much of their revenue is likely to go on. What is won on top
-- of it does not count: a renewal is at most what was due.
with customer_months as (
    select * from {{ ref('customer_months') }}
),

last_month as (
    select max(month_end) as month_end from customer_months
),

health as (
    select * from {{ ref('health_scores') }}
),

vectors as (
    select * from {{ ref('success_vectors') }}
),

risk as (
    select * from {{ ref('churn_risk') }}
),

settings as (
    select * from {{ ref('int_health__settings') }}
),

high_risk as (
    select threshold from {{ ref('playbook_triggers') }} where playbook_id = 'high_churn_risk' and is_main
),

-- what became of the terms of the last year
past_renewals as (
    select
        sum(due_reporting) as past_due,
        sum(renewed_reporting) as past_renewed
    from {{ ref('int_mrr__renewals') }}
    where due_date > cast({{ before('cast(' ~ as_of_date() ~ ' as timestamp)', 12, 0) }} as date)
),

terms as (
    select
        customer_months.customer_id,
        cast({{ dbt.date_trunc('quarter', 'customer_months.term_ends_on') }} as date) as quarter_start,
        customer_months.days_to_term_end,
        cast(customer_months.mrr * 12 as decimal(18, 4)) as due_arr,
        risk.probability,
        cast(past_renewals.past_renewed as double) / nullif(cast(past_renewals.past_due as double), 0) as past_rate,
        customer_months.days_to_term_end <= settings.renewal_days as is_within_horizon,
        health.colour,
        coalesce(health.colour <> 'red', true)
        and coalesce(vectors.vector <> 'negative', true)
        and coalesce(risk.probability < high_risk.threshold, true) as is_committed
    from customer_months
    inner join last_month
        on customer_months.month_end = last_month.month_end
    cross join settings
    cross join high_risk
    cross join past_renewals
    left join health
        on customer_months.customer_id = health.customer_id
    left join vectors
        on customer_months.customer_id = vectors.customer_id
    left join risk
        on customer_months.customer_id = risk.customer_id
    where
        customer_months.is_active
        and customer_months.mrr > 0
        and customer_months.term_months >= {{ var('renewal_min_months', 3) }}
        and customer_months.term_ends_on is not null
),

-- the risk of leaving looks so many days ahead; what is due later is taken to go like the last year's renewals
weighed as (
    select
        *,
        case
            when is_within_horizon then coalesce(1 - probability, past_rate)
            else coalesce(past_rate, 1 - probability)
        end as renewal_probability
    from terms
),

final as (
    select
        quarter_start,
        cast({{ dbt.last_day(dbt.dateadd('month', 2, 'quarter_start'), 'month') }} as date) as quarter_end,
        cast(count(*) as bigint) as due_customers,
        cast(sum(due_arr) as decimal(18, 4)) as due_arr,
        cast(sum(case when is_within_horizon then due_arr else 0 end) as decimal(18, 4)) as scored_arr,
        cast(sum(cast(due_arr as double) * renewal_probability) as decimal(18, 4)) as weighted_arr,
        cast(sum(case when is_committed then due_arr else 0 end) as decimal(18, 4)) as committed_arr,
        cast(sum(case when is_committed and colour = 'green' then due_arr else 0 end) as decimal(18, 4))
            as worst_case_arr,
        cast(sum(due_arr) as decimal(18, 4)) as best_case_arr,
        max(past_rate) as past_renewal_rate,
        {{ as_of_date() }} as as_of_date
    from weighed
    group by quarter_start
)

select * from final
