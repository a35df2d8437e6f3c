-- What can be billed: plans, and the prices that are no plan as well (the tool's newer object, under the same ids).
with plans as (
    select * from {{ ref('stg_stripe__plan') }} where row_status in ('used', 'deleted')
),

prices as (
    select * from {{ ref('stg_stripe__price') }} where row_status in ('used', 'deleted')
),

products as (
    select * from {{ ref('stg_stripe__product') }} where row_status in ('used', 'deleted')
),

unioned as (
    select
        plan_id,
        plan_name,
        product_id,
        billing_interval as plan_interval,
        interval_count,
        usage_type,
        amount as unit_price,
        currency,
        true as is_recurring
    from plans
    union all
    select
        prices.price_id as plan_id,
        prices.price_name as plan_name,
        prices.product_id,
        prices.billing_interval as plan_interval,
        coalesce(prices.interval_count, 1) as interval_count,
        prices.usage_type,
        prices.unit_amount as unit_price,
        prices.currency,
        coalesce(prices.price_type = 'recurring', false) or prices.billing_interval is not null as is_recurring
    from prices
    left join plans
        on prices.price_id = plans.plan_id
    where plans.plan_id is null
),

final as (
    select
        unioned.plan_id,
        coalesce(unioned.plan_name, products.product_name, unioned.plan_id) as plan_name,
        products.product_name,
        unioned.plan_interval,
        unioned.interval_count,
        unioned.usage_type,
        unioned.unit_price,
        unioned.currency,
        unioned.is_recurring
    from unioned
    left join products
        on unioned.product_id = products.product_id
)

select * from final
