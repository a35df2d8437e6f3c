-- What was known at each month end: outcomes so far, the rates made of them, and the latest model trained by then.
with customer_months as (
    select * from {{ ref('int_churn__customer_months') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

months as (
    select distinct
        month_end,
        is_partial
    from customer_months
),

outcomes as (
    select
        outcome_known_on,
        count(distinct month_end) as month_count,
        sum(case when is_leaving then 0 else 1 end) as row_count,
        sum(case when is_leaving then 0 else label end) as event_count,
        sum(case when is_leaving then 1 else 0 end) as leaving_rows,
        sum(case when is_leaving then label else 0 end) as leaving_events
    from customer_months
    where label is not null
    group by outcome_known_on
),

-- a customer is lost in up to three months, and counts once here
first_losses as (
    select
        customer_id,
        min(outcome_known_on) as outcome_known_on
    from customer_months
    where label = 1 and not is_leaving
    group by customer_id
),

losses as (
    select
        outcome_known_on,
        count(*) as churner_count
    from first_losses
    group by outcome_known_on
),

known as (
    select
        months.month_end,
        months.is_partial,
        coalesce(sum(outcomes.month_count), 0) as known_months,
        coalesce(sum(outcomes.row_count), 0) as known_rows,
        coalesce(sum(outcomes.event_count), 0) as known_events,
        coalesce(sum(losses.churner_count), 0) as known_churners,
        coalesce(sum(outcomes.leaving_rows), 0) as leaving_rows,
        coalesce(sum(outcomes.leaving_events), 0) as leaving_events
    from months
    left join outcomes
        on months.month_end >= outcomes.outcome_known_on
    left join losses
        on outcomes.outcome_known_on = losses.outcome_known_on
    group by months.month_end, months.is_partial
),

cut as (
    select
        known.*,
        settings.min_churners,
        settings.min_training_months,
        settings.notice_prior,
        not known.is_partial and extract(month from known.month_end) % settings.retrain_months = 0 as is_cut
    from known
    cross join settings
),

-- counts only grow, so the latest cut has the largest
modelled as (
    select
        *,
        max(case when is_cut then month_end end) over (
            order by month_end rows between unbounded preceding and current row
        ) as cut_on,
        max(case when is_cut then known_churners end) over (
            order by month_end rows between unbounded preceding and current row
        ) as model_churners,
        max(case when is_cut then known_months end) over (
            order by month_end rows between unbounded preceding and current row
        ) as model_months
    from cut
),

final as (
    select
        month_end,
        is_cut,
        cut_on,
        cast(cut_on as {{ dbt.type_string() }}) as model_id,
        case
            when model_churners >= min_churners and model_months >= min_training_months then 'fitted'
            else 'not_enough_history'
        end as model_status,
        cast(known_rows as bigint) as known_rows,
        cast(known_events as bigint) as known_events,
        cast(known_churners as bigint) as known_churners,
        -- Jeffreys' estimate: none seen so far is not never
        case when known_rows > 0 then (known_events + cast(0.5 as double)) / (known_rows + 1) end as base_rate,
        (leaving_events + notice_prior) / (leaving_rows + 1) as leaving_rate
    from modelled
)

select * from final
