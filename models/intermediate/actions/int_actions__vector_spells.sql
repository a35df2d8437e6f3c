-- Unbroken times with one vector, each with the day by which it should have turned and what became of that.
with vector_months as (
    select * from {{ ref('int_actions__vector_months') }}
),

settings as (
    select * from {{ ref('int_actions__settings') }}
),

last_month as (
    select max(month_number) as month_number from vector_months
),

numbered as (
    select
        *,
        month_number - row_number() over (partition by customer_id, vector order by month_number) as spell
    from vector_months
),

spells as (
    select
        customer_id,
        vector,
        max(case when vector = 'negative' then negative_months else neutral_months end) as months_to_turn,
        min(month_number) as first_month,
        max(month_number) as last_month,
        min(month_end) as since_month_end,
        max(month_end) as until_month_end,
        count(*) as months
    from numbered
    cross join settings
    group by customer_id, vector, spell
),

followed as (
    select
        spells.*,
        spells.last_month = last_month.month_number as is_current,
        next_months.vector as next_vector,
        next_months.month_end as next_month_end,
        case
            when spells.vector <> 'positive'
                then {{ dbt.last_day(dbt.dateadd('month', 'spells.months_to_turn', 'spells.since_month_end'), 'month') }}
        end as target_at
    from spells
    cross join last_month
    left join vector_months as next_months
        on spells.customer_id = next_months.customer_id and spells.last_month + 1 = next_months.month_number
),

final as (
    select
        customer_id,
        vector,
        first_month,
        since_month_end,
        until_month_end,
        cast(months as bigint) as months,
        is_current,
        next_vector,
        case when next_vector is not null then next_month_end end as turned_on,
        cast(target_at as date) as should_turn_by,
        case
            when vector = 'positive' and is_current then 'kept'
            when vector = 'positive' and next_vector is not null then 'lost'
            when is_current and cast(target_at as date) < {{ as_of_date() }} then 'overdue'
            when is_current then 'open'
            when next_vector is null then 'left'
            when vector = 'neutral' and next_vector = 'negative' then 'worsened'
            when next_month_end <= cast(target_at as date) then 'turned_in_time'
            else 'turned_late'
        end as outcome
    from followed
)

select * from final
