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
        vector_months.*,
        case vector_months.vector
            when 'negative' then settings.negative_months
            when 'neutral' then settings.neutral_months
        end as months_given,
        vector_months.month_number - row_number() over (
            partition by vector_months.customer_id, vector_months.vector order by vector_months.month_number
        ) as spell
    from vector_months
    cross join settings
),

spells as (
    select
        customer_id,
        vector,
        max(months_given) as months_given,
        min(month_number) as first_month,
        max(month_number) as last_month,
        min(month_end) as since_month_end,
        max(month_end) as until_month_end,
        count(*) as months
    from numbered
    group by customer_id, vector, spell
),

followed as (
    select
        spells.*,
        spells.last_month = last_month.month_number as is_current,
        next_months.vector as next_vector,
        next_months.month_end as next_month_end,
        {{ dbt.dateadd('month', 'coalesce(spells.months_given, 0)', 'spells.since_month_end') }} as target_day
    from spells
    cross join last_month
    left join vector_months as next_months
        on spells.customer_id = next_months.customer_id and spells.last_month + 1 = next_months.month_number
),

targeted as (
    select
        *,
        case when months_given is not null then cast({{ dbt.last_day('target_day', 'month') }} as date) end as target_at
    from followed
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
        target_at as should_turn_by,
        case
            when vector = 'positive' and is_current then 'kept'
            when vector = 'positive' and next_vector is not null then 'lost'
            when is_current and target_at < {{ as_of_date() }} then 'overdue'
            when is_current then 'open'
            when next_vector is null then 'left'
            when vector = 'neutral' and next_vector = 'negative' then 'worsened'
            when next_month_end <= target_at then 'turned_in_time'
            else 'turned_late'
        end as outcome
    from targeted
)

select * from final
