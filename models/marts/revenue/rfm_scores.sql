-- RFM as of as_of_date, in three ways (seed rfm_presets), one row per customer. A purchase that was given back in full
-- counts for nothing, neither for recency nor for the others.
with customers as (
    select * from {{ ref('int_customers') }}
),

purchases as (
    select * from {{ ref('int_purchases') }} where customer_id is not null and net_amount > 0
),

-- where nothing tells of any payment, that nobody bought is not known
payments_feed as (
    select count(*) > 0 as is_known from {{ ref('int_purchases') }}
),

person_days as (
    select * from {{ ref('int_usage__person_days') }}
),

segments as (
    select * from {{ ref('rfm_segments') }} where preset = 'rfm_5x5'
),

preset_5x5 as (
    select * from {{ ref('rfm_presets') }} where preset = 'rfm_5x5'
),

preset_3x3x3 as (
    select
        *,
        cast({{ dbt.dateadd('day', '-window_days', as_of_date()) }} as date) as opens_after
    from {{ ref('rfm_presets') }}
    where preset = 'rfm_3x3x3'
),

preset_rfe as (
    select
        *,
        cast({{ dbt.dateadd('day', '-window_days', as_of_date()) }} as date) as opens_after
    from {{ ref('rfm_presets') }}
    where preset = 'rfe_3x3x3'
),

purchases_with_window as (
    select
        purchases.customer_id,
        purchases.purchase_date,
        purchases.net_amount_reporting,
        purchases.purchase_date > preset_3x3x3.opens_after as is_in_window
    from purchases
    cross join preset_3x3x3
),

-- one pass over the purchases for both presets
buyers as (
    select
        customer_id,
        max(purchase_date) as last_purchase_date,
        {{ dbt.datediff(
            'max(purchase_date)', as_of_date(), 'day'
        ) }} as recency_days,
        count(*) as frequency,
        {{ sum_if_known('net_amount_reporting') }} as monetary,
        count(case when is_in_window then 1 end) as window_frequency,
        {{ sum_if_known('(case when is_in_window then net_amount_reporting else 0 end)') }} as window_monetary
    from purchases_with_window
    group by customer_id
),

scored_buyers as (
    select
        buyers.customer_id,
        count(*) over () >= preset_5x5.min_customers as is_scored,
        {{ rfm_score('buyers.recency_days', 'preset_5x5.bins', low_is_good=true) }} as r_score,
        {{ rfm_score('buyers.frequency', 'preset_5x5.bins', tie_break='customers.first_known_at, buyers.customer_id') }}
            as f_score,
        case
            when buyers.monetary is not null
                then {{ rfm_score('buyers.monetary', 'preset_5x5.bins', partition_by='buyers.monetary is null') }}
        end as m_score
    from buyers
    inner join customers
        on buyers.customer_id = customers.customer_id
    cross join preset_5x5
),

window_buyers as (
    select * from buyers where window_frequency > 0
),

scored_window_buyers as (
    select
        window_buyers.customer_id,
        count(*) over () >= preset_3x3x3.min_customers as is_scored,
        {{ rfm_score('window_buyers.recency_days', 'preset_3x3x3.bins', low_is_good=true, scoring='tie_safe') }}
            as r_score,
        {{ rfm_score('window_buyers.window_frequency', 'preset_3x3x3.bins', scoring='tie_safe') }} as f_score,
        case
            when window_buyers.window_monetary is not null
                then {{ rfm_score(
                    'window_buyers.window_monetary', 'preset_3x3x3.bins', scoring='tie_safe',
                    partition_by='window_buyers.window_monetary is null'
                ) }}
        end as m_score
    from window_buyers
    cross join preset_3x3x3
),

visitors as (
    select
        person_days.customer_id,
        {{ dbt.datediff(
            'max(person_days.usage_date)', as_of_date(), 'day'
        ) }} as visit_recency_days,
        count(distinct person_days.usage_date) as visit_active_days,
        coalesce(sum(person_days.event_count), 0) as window_events
    from person_days
    cross join preset_rfe
    where person_days.usage_date > preset_rfe.opens_after
    group by person_days.customer_id
),

scored_visitors as (
    select
        visitors.customer_id,
        visitors.visit_recency_days,
        visitors.visit_active_days,
        visitors.window_events,
        count(*) over () >= preset_rfe.min_customers as is_scored,
        {{ rfm_score('visitors.visit_recency_days', 'preset_rfe.bins', low_is_good=true, scoring='tie_safe') }}
            as r_score,
        {{ rfm_score('visitors.visit_active_days', 'preset_rfe.bins', scoring='tie_safe') }} as f_score,
        {{ rfm_score('visitors.window_events', 'preset_rfe.bins', scoring='tie_safe') }} as e_score
    from visitors
    cross join preset_rfe
),

final as (
    select
        customers.customer_id,
        case
            when scored_buyers.is_scored then segments.segment
            when scored_buyers.customer_id is not null then 'not_scored'
            when payments_feed.is_known and customers.is_known_to_billing is not null then 'never_bought'
        end as segment,
        case when scored_buyers.is_scored then segments.what_to_do end as what_to_do,
        buyers.last_purchase_date,
        cast(buyers.recency_days as bigint) as recency_days,
        cast(
            case when payments_feed.is_known and customers.is_known_to_billing then coalesce(buyers.frequency, 0) end
            as bigint
        ) as frequency,
        cast(
            case
                when buyers.customer_id is not null then buyers.monetary
                when payments_feed.is_known and customers.is_known_to_billing then 0
            end as decimal(18, 4)
        ) as monetary,
        case when scored_buyers.is_scored then scored_buyers.r_score end as r_score,
        case when scored_buyers.is_scored then scored_buyers.f_score end as f_score,
        case when scored_buyers.is_scored then scored_buyers.m_score end as m_score,
        cast(
            case
                when payments_feed.is_known and customers.is_known_to_billing
                    then coalesce(buyers.window_frequency, 0)
            end as bigint
        ) as window_frequency,
        cast(
            case
                when buyers.customer_id is not null then buyers.window_monetary
                when payments_feed.is_known and customers.is_known_to_billing then 0
            end as decimal(18, 4)
        ) as window_monetary,
        case
            when scored_window_buyers.is_scored
                then
                    cast(scored_window_buyers.r_score as {{ dbt.type_string() }})
                    || cast(scored_window_buyers.f_score as {{ dbt.type_string() }})
                    || cast(scored_window_buyers.m_score as {{ dbt.type_string() }})
        end as rfm_group,
        cast(scored_visitors.visit_recency_days as bigint) as visit_recency_days,
        cast(case when customers.is_known_to_product then coalesce(scored_visitors.visit_active_days, 0) end as bigint)
            as visit_active_days,
        cast(case when customers.is_known_to_product then coalesce(scored_visitors.window_events, 0) end as bigint)
            as window_events,
        case
            when scored_visitors.is_scored
                then
                    cast(scored_visitors.r_score as {{ dbt.type_string() }})
                    || cast(scored_visitors.f_score as {{ dbt.type_string() }})
                    || cast(scored_visitors.e_score as {{ dbt.type_string() }})
        end as rfe_group,
        {{ as_of_date() }} as as_of_date
    from customers
    cross join payments_feed
    left join buyers
        on customers.customer_id = buyers.customer_id
    left join scored_buyers
        on customers.customer_id = scored_buyers.customer_id
    left join segments
        on
            scored_buyers.r_score between segments.r_min and segments.r_max
            and scored_buyers.f_score between segments.f_min and segments.f_max
    left join scored_window_buyers
        on customers.customer_id = scored_window_buyers.customer_id
    left join scored_visitors
        on customers.customer_id = scored_visitors.customer_id
)

select * from final
