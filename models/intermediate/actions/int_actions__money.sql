-- What there is to lose and to win with each paying customer at each month end, a year's worth in the reporting
-- currency.
with customers as (
    select * from {{ ref('int_health__customers') }}
),

customer_months as (
    select * from {{ ref('customer_months') }}
),

risk as (
    select * from {{ ref('churn_risk_months') }}
),

vectors as (
    select * from {{ ref('int_actions__vector_months') }}
),

settings as (
    select * from {{ ref('int_actions__settings') }}
),

figures as (
    select
        customers.customer_id,
        customers.month_end,
        cast(coalesce(customers.mrr, 0) * 12 as decimal(18, 4)) as arr,
        cast(sum(coalesce(customers.mrr, 0) * 12) over (partition by customers.month_end) as double)
        / count(*) over (partition by customers.month_end) as mean_arr,
        risk.probability,
        vectors.vector,
        case vectors.vector
            when 'positive' then settings.positive_take_rate
            when 'neutral' then settings.neutral_take_rate
            else 0
        end as take_rate,
        settings.upsell_share,
        case
            when
                cast(customer_months.nps_total_12m as double) / nullif(customer_months.nps_answers_12m, 0)
                >= settings.promoter_nps
                then settings.referral_rate
            else 0
        end as referral_rate,
        -- people beyond the seats that are paid for
        cast(greatest(customer_months.mau - customer_months.seat_count, 0) as double)
        / nullif(customer_months.seat_count, 0) as seat_excess
    from customers
    cross join settings
    inner join customer_months
        on customers.customer_id = customer_months.customer_id and customers.month_end = customer_months.month_end
    left join vectors
        on customers.customer_id = vectors.customer_id and customers.month_end = vectors.month_end
    left join risk
        on customers.customer_id = risk.customer_id and customers.month_end = risk.month_end
),

final as (
    select
        customer_id,
        month_end,
        arr,
        probability as churn_probability,
        cast(cast(arr as double) * probability as decimal(18, 4)) as revenue_at_risk,
        vector,
        {{ health_points(
            'cast(arr as double) * cast(take_rate as double) '
            ~ '* greatest(cast(upsell_share as double), coalesce(seat_excess, 0))'
        ) }} as expansion_potential,
        {{ health_points('mean_arr * cast(referral_rate as double)') }} as referral_potential
    from figures
)

select * from final
