-- Recurring revenue of each customer at each month end and the bridge from the month before, in the reporting currency:
-- null where one of the customer's currencies has no exchange rate.
with months as (
    select * from {{ ref('int_mrr__months') }}
),

movements as (
    select * from {{ ref('int_mrr__movements') }}
),

plan_months as (
    select * from {{ ref('int_mrr__plan_months') }}
),

-- a customer is active from a new or reactivation movement to a churn, also while a discount takes everything off
switches as (
    select
        customer_id,
        movement_date,
        {{ month_end('movement_date') }} as month_end,
        max(case when movement_kind = 'churn' then -1 else 1 end) as direction,
        max(case when movement_kind = 'new' then 1 else 0 end) as new_movements
    from movements
    where is_start_or_end
    group by customer_id, movement_date
),

monthly_switches as (
    select
        customer_id,
        month_end,
        sum(direction) as direction,
        max(new_movements) as new_movements
    from switches
    group by customer_id, month_end
),

main_plans as (
    select
        *,
        sum(seats) over (partition by customer_id, month_end) as seat_count,
        count(*) over (partition by customer_id, month_end) as plan_count,
        row_number() over (
            partition by customer_id, month_end order by mrr desc, seats desc, plan_id asc, subscription_key asc
        ) as place
    from plan_months
),

customer_months as (
    select
        customer_id,
        month_end,
        {{ dbt.bool_or('is_partial') }} as is_partial,
        count(case when closing_mrr > 0 then 1 end) as currency_count,
        max(case when closing_mrr > 0 then currency end) as currency,
        sum(closing_mrr) as closing_in_currency,
        {{ sum_if_known('opening_reporting') }} as opening_mrr,
        {{ sum_if_known('new_reporting') }} as new_mrr,
        {{ sum_if_known('expansion_reporting') }} as expansion_mrr,
        {{ sum_if_known('-contraction_reporting') }} as contraction_mrr,
        {{ sum_if_known('-churn_reporting') }} as churned_mrr,
        {{ sum_if_known('reactivation_reporting') }} as reactivation_mrr,
        {{ sum_if_known('closing_reporting') }} as mrr,
        {{ sum_if_known('closing_at_opening_rate') }} as closing_at_opening_rate
    from months
    group by customer_id, month_end
),

running as (
    select
        customer_months.*,
        monthly_switches.new_movements,
        coalesce(monthly_switches.direction, 0) as direction,
        sum(coalesce(monthly_switches.direction, 0)) over (
            partition by customer_months.customer_id order by customer_months.month_end
            rows between unbounded preceding and current row
        ) as active_after
    from customer_months
    left join monthly_switches
        on
            customer_months.customer_id = monthly_switches.customer_id
            and customer_months.month_end = monthly_switches.month_end
),

final as (
    select
        running.customer_id,
        running.month_end,
        running.is_partial,
        case when running.currency_count = 1 then running.currency end as currency,
        cast(case when running.currency_count = 1 then running.closing_in_currency end as decimal(18, 4))
            as mrr_in_currency,
        main_plans.plan_name,
        main_plans.plan_interval,
        cast(main_plans.interval_count as bigint) as interval_count,
        cast(main_plans.plan_count as bigint) as plan_count,
        cast(main_plans.seat_count as bigint) as seat_count,
        running.active_after - running.direction > 0 as was_active,
        running.active_after > 0 as is_active,
        coalesce(running.new_movements, 0) > 0 as is_new,
        cast(running.opening_mrr as decimal(18, 4)) as opening_mrr,
        {%- for kind in ['new', 'expansion', 'contraction', 'churned', 'reactivation'] %}
        cast(case when running.mrr is not null then running.{{ kind }}_mrr end as decimal(18, 4)) as {{ kind }}_mrr,
        {%- endfor %}
        cast(
            running.mrr - coalesce(running.opening_mrr, 0) - coalesce(running.new_mrr, 0)
            - coalesce(running.expansion_mrr, 0) + coalesce(running.contraction_mrr, 0)
            + coalesce(running.churned_mrr, 0) - coalesce(running.reactivation_mrr, 0)
            as decimal(18, 4)
        ) as fx_mrr,
        cast(running.mrr as decimal(18, 4)) as mrr,
        cast(running.mrr * 12 as decimal(18, 4)) as arr,
        cast(case when running.opening_mrr > 0 then running.closing_at_opening_rate end as decimal(18, 4))
            as retained_mrr,
        cast(
            case when running.opening_mrr > 0 then least(running.opening_mrr, running.closing_at_opening_rate) end
            as decimal(18, 4)
        ) as gross_retained_mrr
    from running
    left join main_plans
        on
            running.customer_id = main_plans.customer_id
            and running.month_end = main_plans.month_end
            and main_plans.place = 1
)

select * from final
