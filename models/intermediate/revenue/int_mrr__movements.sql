-- What moved a customer's recurring revenue, by day and currency, and what to call it. The kind is that of the customer
-- as a whole: one who leaves a currency for another has not churned.
with changes as (
    select
        *,
        cast(mrr_before as double) / nullif(seats_before, 0) as mrr_a_seat
    from {{ ref('int_mrr__changes') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

plan_changes as (
    select
        *,
        mrr_after - mrr_before as amount,
        -- more seats of the same plan at the old price a seat; what is left of the change is the price
        case
            when mrr_before > 0 and mrr_after > 0 and seats_before > 0
                then {{ to_smallest_unit('(seats_after - seats_before) * mrr_a_seat', 'minor_unit') }}
            else cast(0 as decimal(18, 4))
        end as seats_amount,
        case when mrr_before > 0 and mrr_after > 0 then cast(0 as decimal(18, 4)) else mrr_after - mrr_before end
            as plan_amount,
        row_number() over (
            partition by customer_id, currency, change_date order by mrr_before desc, subscription_key asc, plan_id asc
        ) as place_before,
        row_number() over (
            partition by customer_id, currency, change_date order by mrr_after desc, subscription_key asc, plan_id asc
        ) as place_after
    from changes
),

daily as (
    select
        customer_id,
        currency,
        change_date,
        sum(amount) as amount,
        sum(seats_amount) as seats_amount,
        sum(plan_amount) as plan_amount,
        sum(case when is_free_after then 1 else 0 end - case when is_free_before then 1 else 0 end) as free_plans,
        max(case when place_before = 1 and mrr_before > 0 then plan_name end) as plan_before,
        max(case when place_before = 1 and mrr_before > 0 then seats_before end) as seats_before,
        max(case when place_after = 1 and mrr_after > 0 then plan_name end) as plan_after,
        max(case when place_after = 1 and mrr_after > 0 then seats_after end) as seats_after
    from plan_changes
    group by customer_id, currency, change_date
),

running as (
    select
        *,
        -- credits for a time that was billed before the data begins must not make revenue negative
        greatest(
            sum(amount) over (
                partition by customer_id, currency order by change_date
                rows between unbounded preceding and current row
            ),
            0
        ) as mrr_after,
        sum(free_plans) over (
            partition by customer_id, currency order by change_date
            rows between unbounded preceding and current row
        ) as running_free_plans
    from daily
),

followed as (
    select
        *,
        lag(mrr_after, 1, cast(0 as decimal(18, 4))) over (
            partition by customer_id, currency order by change_date
        ) as mrr_before,
        lag(running_free_plans, 1, 0) over (
            partition by customer_id, currency order by change_date
        ) as running_free_plans_before
    from running
),

states as (
    select
        *,
        case
            when mrr_before > 0 or ('{{ mrr_rule("free_customers") }}' = 'active' and running_free_plans_before > 0)
                then 1
            else 0
        end as was_active,
        case
            when mrr_after > 0 or ('{{ mrr_rule("free_customers") }}' = 'active' and running_free_plans > 0) then 1
            else 0
        end as is_active
    from followed
),

valued as (
    select
        states.*,
        rates.rate,
        {{ in_reporting_currency('states.mrr_after - states.mrr_before', 'states.currency', 'rates.rate') }}
            as amount_reporting
    from states
    left join rates
        on states.currency = rates.currency and states.change_date = rates.rate_date
),

customer_days as (
    select
        customer_id,
        change_date,
        sum(is_active - was_active) as active_currencies,
        -- up or down is seen without a rate as well
        coalesce({{ sum_if_known('amount_reporting') }}, sum(mrr_after - mrr_before)) as amount_reporting,
        sum(case when is_active < was_active then 1 else 0 end) as left_currencies,
        sum(case when is_active > was_active then 1 else 0 end) as entered_currencies
    from valued
    group by customer_id, change_date
),

counted as (
    select
        *,
        sum(active_currencies) over (
            partition by customer_id order by change_date
            rows between unbounded preceding and current row
        ) as currencies_after
    from customer_days
),

classified as (
    select
        *,
        currencies_after - active_currencies = 0 and currencies_after > 0 as is_start,
        currencies_after - active_currencies > 0 and currencies_after = 0 as is_end,
        max(case when currencies_after - active_currencies > 0 and currencies_after = 0 then change_date end) over (
            partition by customer_id order by change_date
            rows between unbounded preceding and 1 preceding
        ) as last_churn_date
    from counted
),

returned as (
    select
        *,
        {{ dbt.datediff('coalesce(last_churn_date, change_date)', 'change_date', 'day') }}
            as days_away
    from classified
),

named as (
    select
        *,
        case
            when is_end then 'churn'
            when is_start and last_churn_date is null then 'new'
            when is_start and days_away > {{ mrr_rule('reactivation_days') or 'days_away' }} then 'new'
            when is_start then 'reactivation'
            when amount_reporting > 0 then 'expansion'
            else 'contraction'
        end as movement_kind,
        not is_start and not is_end and left_currencies > 0 and entered_currencies > 0 as is_currency_switch
    from returned
),

final as (
    select
        valued.customer_id,
        valued.change_date as movement_date,
        valued.currency,
        named.movement_kind,
        valued.mrr_before,
        valued.mrr_after,
        cast(valued.mrr_after - valued.mrr_before as decimal(18, 4)) as amount,
        valued.rate as exchange_rate,
        valued.amount_reporting,
        named.is_start or named.is_end as is_start_or_end,
        case
            when named.is_start or named.is_end then cast(null as decimal(18, 4))
            when named.is_currency_switch then cast(0 as decimal(18, 4))
            else cast(valued.seats_amount as decimal(18, 4))
        end as seats_amount,
        case
            when named.is_start or named.is_end then cast(null as decimal(18, 4))
            when named.is_currency_switch then cast(0 as decimal(18, 4))
            else cast(valued.plan_amount as decimal(18, 4))
        end as plan_amount,
        case
            when named.is_start or named.is_end then cast(null as decimal(18, 4))
            when named.is_currency_switch then cast(valued.mrr_after - valued.mrr_before as decimal(18, 4))
            else cast(0 as decimal(18, 4))
        end as currency_amount,
        valued.plan_before,
        valued.plan_after,
        valued.seats_before,
        valued.seats_after
    from valued
    inner join named
        on valued.customer_id = named.customer_id and valued.change_date = named.change_date
    where valued.mrr_after <> valued.mrr_before or valued.is_active <> valued.was_active
)

select * from final
