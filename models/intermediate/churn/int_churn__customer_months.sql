-- The months in which a customer was active, with what came of them: whether MRR ended within the horizon, once that is
-- known, and whether notice given says so already.
with months as (
    select * from {{ ref('customer_months') }} where is_active
),

movements as (
    select * from {{ ref('int_mrr__movements') }} where movement_kind = 'churn'
),

plan_months as (
    select * from {{ ref('int_mrr__plan_months') }}
),

notices as (
    select * from {{ ref('int_subscription_notices') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

next_churns as (
    select
        months.customer_id,
        months.month_end,
        min(movements.movement_date) as churned_on
    from months
    inner join movements
        on months.customer_id = movements.customer_id and months.month_end < movements.movement_date
    group by months.customer_id, months.month_end
),

-- who has given notice for everything that it pays for leaves with the last of it
leaving as (
    select
        plan_months.customer_id,
        plan_months.month_end,
        max(notices.ends_on) as leaves_on
    from plan_months
    left join notices
        on
            plan_months.subscription_key = notices.subscription_key
            and plan_months.month_end >= notices.noticed_on
            and plan_months.month_end < notices.holds_until
    group by plan_months.customer_id, plan_months.month_end
    having count(*) = count(notices.ends_on)
),

dated as (
    select
        months.*,
        leaving.leaves_on,
        next_churns.churned_on,
        settings.horizon_days,
        cast({{ dbt.dateadd('day', 'settings.horizon_days', 'months.month_end') }} as date) as outcome_known_on
    from months
    cross join settings
    left join leaving
        on months.customer_id = leaving.customer_id and months.month_end = leaving.month_end
    left join next_churns
        on months.customer_id = next_churns.customer_id and months.month_end = next_churns.month_end
),

final as (
    select
        *,
        -- who leaves early in a horizon that is not over must not count before those who stay can
        case
            when outcome_known_on <= {{ as_of_date() }}
                then case when churned_on <= outcome_known_on then 1 else 0 end
        end as label,
        coalesce(leaves_on <= outcome_known_on, false) as is_leaving,
        case when term_months = 1 then '1 month' else cast(term_months as {{ dbt.type_string() }}) || ' months' end
        || case when days_to_term_end <= horizon_days then ', up within ' else ', up in more than ' end
        || cast(horizon_days as {{ dbt.type_string() }}) || ' days' as term_position,
        case when is_activated then 'yes' when not is_activated then 'no' end as activation,
        cast(bad_count_3m as double) / nullif(rated_count_3m, 0) as bad_share_3m,
        cast(nps_total_12m as double) / nullif(nps_answers_12m, 0) as nps_12m,
        cast(csat_satisfied_12m as double) / nullif(csat_answers_12m, 0) as csat_12m,
        cast(ces_total_12m as double) / nullif(ces_answers_12m, 0) as ces_12m
    from dated
)

select * from final
