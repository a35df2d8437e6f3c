-- What moved recurring revenue. Amounts are signed; what exchange rates alone moved is a row of its own per month.
with movements as (
    select * from {{ ref('int_mrr__movements') }}
),

months as (
    select * from {{ ref('int_mrr__months') }}
),

unioned as (
    select
        customer_id,
        movement_date,
        {{ month_end('movement_date') }} as month_end,
        currency,
        movement_kind,
        mrr_before,
        mrr_after,
        amount,
        seats_amount,
        plan_amount,
        cast(amount - seats_amount - plan_amount - currency_amount as decimal(18, 4)) as price_amount,
        currency_amount,
        exchange_rate,
        amount_reporting,
        plan_before,
        plan_after,
        seats_before,
        seats_after
    from movements
    union all
    select
        customer_id,
        month_end as movement_date,
        month_end,
        currency,
        'fx' as movement_kind,
        closing_mrr as mrr_before,
        closing_mrr as mrr_after,
        cast(0 as decimal(18, 4)) as amount,
        cast(null as decimal(18, 4)) as seats_amount,
        cast(null as decimal(18, 4)) as plan_amount,
        cast(null as decimal(18, 4)) as price_amount,
        cast(null as decimal(18, 4)) as currency_amount,
        cast(null as decimal(18, 10)) as exchange_rate,
        fx_reporting as amount_reporting,
        cast(null as {{ dbt.type_string() }}) as plan_before,
        cast(null as {{ dbt.type_string() }}) as plan_after,
        cast(null as bigint) as seats_before,
        cast(null as bigint) as seats_after
    from months
    where fx_reporting <> 0
),

final as (
    select
        customer_id,
        movement_date,
        month_end,
        currency,
        movement_kind,
        cast(mrr_before as decimal(18, 4)) as mrr_before,
        cast(mrr_after as decimal(18, 4)) as mrr_after,
        amount,
        seats_amount,
        plan_amount,
        price_amount,
        currency_amount,
        cast(exchange_rate as double) as exchange_rate,
        amount_reporting,
        plan_before,
        plan_after,
        cast(seats_before as bigint) as seats_before,
        cast(seats_after as bigint) as seats_after
    from unioned
)

select * from final
