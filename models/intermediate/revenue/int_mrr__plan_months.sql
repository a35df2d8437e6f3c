-- The plans that a customer pays for at each month end: the changes as intervals, spread over the months they cover.
with changes as (
    select * from {{ ref('int_mrr__changes') }} where mrr_after > 0 or is_free_after
),

intervals as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'change_date') }} as date) as first_month,
        -- the month in which the plan changes again closes with what it changed to
        cast(case
            when next_change_date is null then {{ dbt.date_trunc('month', as_of_date()) }}
            else {{ dbt.dateadd(
                'month', -1, dbt.date_trunc('month', 'coalesce(next_change_date, change_date)')
            ) }}
        end as date) as last_month
    from changes
),

months as (
    {{ date_rows(
        'intervals',
        [
            'customer_id', 'currency', 'subscription_key', 'plan_id', 'plan_name', 'plan_interval', 'interval_count',
            'mrr_after', 'seats_after',
        ],
        'first_month', 'last_month', 'month'
    ) }}
),

final as (
    select
        customer_id,
        currency,
        subscription_key,
        plan_id,
        plan_name,
        plan_interval,
        interval_count,
        mrr_after as mrr,
        seats_after as seats,
        {{ month_end('date_at') }} as month_end
    from months
)

select * from final
