-- The bridge of each customer, currency and month, in the currency and in the reporting currency: every month from the
-- first movement to as_of_date. What is left in the reporting currency was moved by exchange rates alone; the first
-- rate of a currency moves all that was there. Without a rate an amount is null.
with movements as (
    select * from {{ ref('int_mrr__movements') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

monthly as (
    select
        customer_id,
        currency,
        cast({{ dbt.date_trunc('month', 'movement_date') }} as date) as month_start,
        sum(amount) as amount,
        {%- for kind in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] %}
        sum(case when movement_kind = '{{ kind }}' then amount else 0 end) as {{ kind }}_amount,
        {{ sum_if_known("(case when movement_kind = '" ~ kind ~ "' then amount_reporting else 0 end)") }}
            as {{ kind }}_reporting,
        {%- endfor %}
        sum(amount_reporting) as amount_reporting
    from movements
    group by customer_id, currency, cast({{ dbt.date_trunc('month', 'movement_date') }} as date)
),

firsts as (
    select
        customer_id,
        currency,
        min(month_start) as first_month
    from monthly
    group by customer_id, currency
),

spine as (
    {{ date_rows(
        'firsts', ['customer_id', 'currency'], 'first_month',
        "cast(" ~ dbt.date_trunc('month', as_of_date()) ~ " as date)", 'month'
    ) }}
),

running as (
    select
        spine.customer_id,
        spine.currency,
        spine.date_at as month_start,
        {%- for kind in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] %}
        coalesce(monthly.{{ kind }}_amount, 0) as {{ kind }}_amount,
        case when monthly.customer_id is null then 0 else monthly.{{ kind }}_reporting end as {{ kind }}_reporting,
        {%- endfor %}
        coalesce(monthly.amount, 0) as amount,
        coalesce(monthly.amount_reporting, 0) as amount_reporting,
        sum(coalesce(monthly.amount, 0)) over (
            partition by spine.customer_id, spine.currency order by spine.date_at
            rows between unbounded preceding and current row
        ) as closing_amount
    from spine
    left join monthly
        on
            spine.customer_id = monthly.customer_id
            and spine.currency = monthly.currency
            and spine.date_at = monthly.month_start
),

dated as (
    select
        *,
        {{ month_end('month_start') }} as month_end,
        cast({{ dbt.dateadd('day', -1, 'month_start') }} as date) as previous_month_end
    from running
),

valued as (
    select
        dated.*,
        {{ in_reporting_currency('dated.closing_amount', 'dated.currency', 'rates.rate') }} as closing_reporting,
        {{ in_reporting_currency('dated.closing_amount', 'dated.currency', 'opening_rates.rate') }}
            as closing_at_opening_rate
    from dated
    left join rates
        on dated.currency = rates.currency and dated.month_end = rates.rate_date
    left join rates as opening_rates
        on dated.currency = opening_rates.currency and dated.previous_month_end = opening_rates.rate_date
),

followed as (
    select
        *,
        lag(closing_reporting, 1, cast(0 as decimal(18, 4))) over (
            partition by customer_id, currency order by month_start
        ) as opening_reporting
    from valued
),

final as (
    select
        customer_id,
        currency,
        month_end,
        {{ is_partial_month('month_start') }} as is_partial,
        cast(closing_amount - amount as decimal(18, 4)) as opening_mrr,
        {%- for kind in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] %}
        cast({{ kind }}_amount as decimal(18, 4)) as {{ kind }}_mrr,
        {%- endfor %}
        cast(closing_amount as decimal(18, 4)) as closing_mrr,
        opening_reporting,
        {%- for kind in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] %}
        cast({{ kind }}_reporting as decimal(18, 4)) as {{ kind }}_reporting,
        {%- endfor %}
        cast(closing_reporting - coalesce(opening_reporting, 0) - amount_reporting as decimal(18, 4)) as fx_reporting,
        closing_reporting,
        case when closing_amount <> amount then closing_at_opening_rate end as retained_reporting,
        closing_at_opening_rate
    from followed
)

select * from final
