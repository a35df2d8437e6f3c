-- The 5x5 scores and segments of rfm_scores as they were known at each month's end since the first purchase.
with months as (
    select * from {{ ref('int_customer_purchase_months') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

presets as (
    select * from {{ ref('rfm_presets') }} where preset = 'rfm_5x5'
),

segments as (
    select * from {{ ref('rfm_segments') }} where preset = 'rfm_5x5'
),

-- who has no purchase left at a month's end is nobody to compare the others with
buyers as (
    select
        months.customer_id,
        months.month_end,
        months.frequency,
        months.monetary,
        {{ dbt.datediff(
            'months.last_purchase_date', 'months.month_end', 'day'
        ) }} as recency_days,
        presets.bins,
        presets.min_customers
    from months
    cross join presets
    where months.frequency > 0
),

scores as (
    select
        buyers.customer_id,
        buyers.month_end,
        buyers.recency_days,
        count(*) over (partition by buyers.month_end) >= buyers.min_customers as is_scored,
        {{ rfm_score('buyers.recency_days', 'buyers.bins', low_is_good=true, partition_by='buyers.month_end') }}
            as r_score,
        {{ rfm_score(
            'buyers.frequency', 'buyers.bins', partition_by='buyers.month_end',
            tie_break='customers.first_known_at, buyers.customer_id'
        ) }} as f_score,
        case
            when buyers.monetary is not null
                then {{ rfm_score(
                    'buyers.monetary', 'buyers.bins', partition_by='buyers.month_end, buyers.monetary is null'
                ) }}
        end as m_score
    from buyers
    inner join customers
        on buyers.customer_id = customers.customer_id
),

segmented as (
    select
        months.customer_id,
        months.month_end,
        months.is_partial,
        case
            when scores.is_scored then segments.segment
            when scores.customer_id is not null then 'not_scored'
            else 'never_bought'
        end as segment,
        months.last_purchase_date,
        cast(scores.recency_days as bigint) as recency_days,
        months.frequency,
        months.monetary,
        case when scores.is_scored then scores.r_score end as r_score,
        case when scores.is_scored then scores.f_score end as f_score,
        case when scores.is_scored then scores.m_score end as m_score
    from months
    left join scores
        on months.customer_id = scores.customer_id and months.month_end = scores.month_end
    left join segments
        on
            scores.r_score between segments.r_min and segments.r_max
            and scores.f_score between segments.f_min and segments.f_max
),

final as (
    select
        customer_id,
        month_end,
        is_partial,
        segment,
        lag(segment, 1, 'never_bought') over (partition by customer_id order by month_end) as previous_segment,
        last_purchase_date,
        recency_days,
        frequency,
        monetary,
        r_score,
        f_score,
        m_score
    from segmented
)

select * from final
