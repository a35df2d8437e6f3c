-- What each owner looks after as of as_of_date: the paying customers of today's owners, how they are, and what waits.
with customers as (
    select * from {{ ref('int_customers') }}
),

health as (
    select * from {{ ref('health_scores') }}
),

vectors as (
    select * from {{ ref('success_vectors') }}
),

months as (
    select
        *,
        {{ month_number('month_end') }} as month_number
    from {{ ref('customer_months') }}
),

last_month as (
    select max(month_number) as month_number from months
),

communication as (
    select
        customer_id,
        month_end,
        is_covered
    from {{ ref('communication_months') }}
),

actions as (
    select
        customer_id,
        count(*) as open_actions,
        count(case when is_overdue then 1 end) as overdue_actions
    from {{ ref('next_best_actions') }}
    group by customer_id
),

settings as (
    select * from {{ ref('int_health__settings') }}
),

current_months as (
    select months.*
    from months
    inner join last_month
        on months.month_number = last_month.month_number
),

-- who paid a year ago, whatever became of them
a_year_ago as (
    select
        months.customer_id,
        months.mrr as mrr_12m_ago
    from months
    inner join last_month
        on months.month_number = last_month.month_number - 12
    where months.mrr > 0
),

figures as (
    select
        coalesce(customers.owner_name, 'nobody') as owner,
        health.customer_id is not null as is_scored,
        vectors.arr,
        health.score,
        health.colour,
        vectors.vector,
        vectors.revenue_at_risk,
        vectors.expansion_potential,
        a_year_ago.mrr_12m_ago,
        case when a_year_ago.customer_id is not null then coalesce(current_months.mrr, 0) end as mrr_now,
        case
            when
                current_months.term_months >= {{ var('renewal_min_months', 3) }}
                and current_months.days_to_term_end <= settings.renewal_days
                then vectors.arr
        end as renewing_arr,
        communication.is_covered,
        actions.open_actions,
        actions.overdue_actions
    from customers
    cross join settings
    left join health
        on customers.customer_id = health.customer_id
    left join vectors
        on customers.customer_id = vectors.customer_id
    left join current_months
        on customers.customer_id = current_months.customer_id
    left join a_year_ago
        on customers.customer_id = a_year_ago.customer_id
    left join communication
        on current_months.customer_id = communication.customer_id and current_months.month_end = communication.month_end
    left join actions
        on customers.customer_id = actions.customer_id
    where health.customer_id is not null or a_year_ago.customer_id is not null
),

final as (
    select
        owner,
        cast(count(case when is_scored then 1 end) as bigint) as customer_count,
        cast(coalesce(sum(arr), 0) as decimal(18, 4)) as arr,
        cast(sum(score) as decimal(18, 4)) as score_total,
        cast(count(score) as bigint) as scored_customers,
        cast(cast(sum(score) as double) / nullif(count(score), 0) as decimal(18, 4)) as mean_score,
        {% for colour in ['green', 'yellow', 'red', 'grey'] -%}
        cast(count(case when colour = '{{ colour }}' then 1 end) as bigint) as {{ colour }}_customers,
        cast(coalesce(sum(case when colour = '{{ colour }}' then arr end), 0) as decimal(18, 4)) as {{ colour }}_arr,
        {% endfor -%}
        {% for vector in ['negative', 'neutral', 'positive'] -%}
        cast(count(case when vector = '{{ vector }}' then 1 end) as bigint) as {{ vector }}_customers,
        {% endfor -%}
        cast(sum(revenue_at_risk) as decimal(18, 4)) as revenue_at_risk,
        cast(coalesce(sum(expansion_potential), 0) as decimal(18, 4)) as expansion_potential,
        cast(coalesce(sum(renewing_arr), 0) as decimal(18, 4)) as renewing_arr,
        cast(coalesce(sum(open_actions), 0) as bigint) as open_actions,
        cast(coalesce(sum(overdue_actions), 0) as bigint) as overdue_actions,
        cast(count(case when is_scored and is_covered then 1 end) as bigint) as covered_customers,
        cast(count(case when is_scored then is_covered end) as bigint) as known_customers,
        cast(count(case when is_scored and is_covered then 1 end) as double)
        / nullif(count(case when is_scored then is_covered end), 0) as coverage,
        cast(sum(mrr_12m_ago) as decimal(18, 4)) as mrr_12m_ago,
        cast(sum(mrr_now) as decimal(18, 4)) as retained_mrr,
        cast(sum(least(mrr_now, mrr_12m_ago)) as decimal(18, 4)) as gross_retained_mrr,
        cast(sum(mrr_now) as double) / nullif(cast(sum(mrr_12m_ago) as double), 0) as nrr_12m,
        cast(sum(least(mrr_now, mrr_12m_ago)) as double) / nullif(cast(sum(mrr_12m_ago) as double), 0) as grr_12m,
        {{ as_of_date() }} as as_of_date
    from figures
    group by owner
)

select * from final
