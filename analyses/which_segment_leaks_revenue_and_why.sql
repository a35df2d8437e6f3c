-- Which segment leaks revenue, and for what reason? What each segment lost in the last twelve months to churn and
-- to contraction, beside the MRR that it had a year ago, and what called for action when customers left (with how
-- much of their MRR); that they had given notice is no reason. A plan is the last one that was paid for. The
-- largest loss in money first; a high leak_rate on a small mrr_a_year_ago says little.
-- Columns: segment_type, segment, mrr_a_year_ago, customers_lost, churned_mrr, contracted_mrr, leak_rate,
-- main_reason, mrr_of_main_reason
with customers as (
    select * from {{ ref('customers') }}
),

months as (
    select
        *,
        12 * extract(year from month_end) + extract(month from month_end) as month_number
    from {{ ref('mrr_customer_months') }}
),

last_month as (
    select max(month_number) as month_number from months
),

-- the actions that were open when a customer left
reasons as (
    select distinct
        customer_id,
        closed_on as left_by,
        label
    from {{ ref('action_history') }}
    where
        close_reason = 'customer_left'
        and money_kind in ('arr', 'revenue_at_risk')
        and playbook_id not in ('notice_given', 'renewal_due')
),

paid_months as (
    select
        customer_id,
        plan_name,
        row_number() over (partition by customer_id order by month_end desc) as place
    from {{ ref('customer_months') }}
    where mrr > 0 and plan_name is not null
),

segmented as (
    select
        'plan' as segment_type,
        plan_name as segment,
        customer_id
    from paid_months
    where place = 1
    union all
    {% for segment_type, column in {'size': 'size_band', 'region': 'region', 'industry': 'industry'}.items() -%}
    select
        '{{ segment_type }}' as segment_type,
        coalesce({{ column }}, 'unknown') as segment,
        customer_id
    from customers
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

lost as (
    select
        months.customer_id,
        months.month_end,
        case when months.month_number = last_month.month_number - 12 then months.mrr else 0 end as mrr_a_year_ago,
        case when months.month_number > last_month.month_number - 12 then months.churned_mrr else 0 end as churned_mrr,
        case when months.month_number > last_month.month_number - 12 then months.contraction_mrr else 0 end
            as contracted_mrr
    from months
    cross join last_month
    where months.month_number >= last_month.month_number - 12
),

totals as (
    select
        segmented.segment_type,
        segmented.segment,
        sum(lost.mrr_a_year_ago) as mrr_a_year_ago,
        count(distinct case when lost.churned_mrr > 0 then lost.customer_id end) as customers_lost,
        sum(lost.churned_mrr) as churned_mrr,
        sum(lost.contracted_mrr) as contracted_mrr
    from segmented
    inner join lost
        on segmented.customer_id = lost.customer_id
    group by segmented.segment_type, segmented.segment
),

reasons_of_segments as (
    select
        segmented.segment_type,
        segmented.segment,
        reasons.label,
        sum(lost.churned_mrr) as churned_mrr,
        row_number() over (
            partition by segmented.segment_type, segmented.segment
            order by sum(lost.churned_mrr) desc, reasons.label asc
        ) as place
    from segmented
    inner join lost
        on segmented.customer_id = lost.customer_id and lost.churned_mrr > 0
    inner join reasons
        on lost.customer_id = reasons.customer_id and lost.month_end = reasons.left_by
    group by segmented.segment_type, segmented.segment, reasons.label
)

select
    totals.segment_type,
    totals.segment,
    totals.mrr_a_year_ago,
    totals.customers_lost,
    totals.churned_mrr,
    totals.contracted_mrr,
    round(
        cast(totals.churned_mrr + totals.contracted_mrr as double) / nullif(cast(totals.mrr_a_year_ago as double), 0), 4
    ) as leak_rate,
    reasons_of_segments.label as main_reason,
    reasons_of_segments.churned_mrr as mrr_of_main_reason
from totals
left join reasons_of_segments
    on
        totals.segment_type = reasons_of_segments.segment_type
        and totals.segment = reasons_of_segments.segment
        and reasons_of_segments.place = 1
where totals.churned_mrr + totals.contracted_mrr > 0
order by totals.churned_mrr + totals.contracted_mrr desc, totals.segment_type asc, totals.segment asc
limit 20
