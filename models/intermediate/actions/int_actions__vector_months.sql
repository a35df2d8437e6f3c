-- Where each paying customer was heading at each month end: the signs of the seed vector_rules that it showed, and what
-- they weigh together.
with customers as (
    select * from {{ ref('int_health__customers') }}
),

signals as (
    select * from {{ ref('int_actions__signals') }}
),

rules as (
    select * from {{ ref('vector_rules') }}
),

measures as (
    select * from {{ ref('health_measure_catalog') }}
),

settings as (
    select * from {{ ref('int_actions__settings') }}
),

signs as (
    select
        signals.customer_id,
        signals.month_end,
        rules.sign_id,
        rules.vector,
        rules.weight,
        replace(rules.reason, '{value}', {{ value_text('signals.value', 'measures.unit') }}) as sign
    from signals
    inner join rules
        on signals.measure_id = rules.measure_id
    left join measures
        on rules.measure_id = measures.measure_id
    where {{ meets_threshold('signals.value', 'rules.comparison', 'rules.threshold') }}
),

weighed as (
    select
        customer_id,
        month_end,
        sum(case when vector = 'negative' then weight else 0 end) as negative_weight,
        sum(case when vector = 'positive' then weight else 0 end) as positive_weight,
        {{ join_text("case when vector = 'negative' then sign end", '; ', 'weight desc, sign_id') }} as negative_signs,
        {{ join_text("case when vector = 'positive' then sign end", '; ', 'weight desc, sign_id') }} as positive_signs
    from signs
    group by customer_id, month_end
),

final as (
    select
        customers.customer_id,
        customers.month_end,
        {{ month_number('customers.month_end') }} as month_number,
        customers.is_partial,
        cast(coalesce(weighed.negative_weight, 0) as bigint) as negative_weight,
        cast(coalesce(weighed.positive_weight, 0) as bigint) as positive_weight,
        cast(coalesce(weighed.positive_weight, 0) - coalesce(weighed.negative_weight, 0) as bigint) as net_weight,
        weighed.negative_signs,
        weighed.positive_signs,
        case
            when coalesce(weighed.negative_weight, 0) >= settings.negative_weight then 'negative'
            when
                coalesce(weighed.positive_weight, 0) - coalesce(weighed.negative_weight, 0) >= settings.positive_weight
                then 'positive'
            else 'neutral'
        end as vector
    from customers
    cross join settings
    left join weighed
        on customers.customer_id = weighed.customer_id and customers.month_end = weighed.month_end
)

select * from final
