-- How many customers went from one segment to another in each month, out of those who were in the first one.
with history as (
    select * from {{ ref('rfm_history') }}
),

counts as (
    select
        month_end,
        previous_segment as from_segment,
        segment as to_segment,
        max(case when is_partial then 1 else 0 end) = 1 as is_partial,
        count(*) as customer_count
    from history
    group by month_end, previous_segment, segment
),

with_totals as (
    select
        *,
        sum(customer_count) over (partition by month_end, from_segment) as from_customer_count
    from counts
),

final as (
    select
        month_end,
        is_partial,
        from_segment,
        to_segment,
        cast(customer_count as bigint) as customer_count,
        cast(from_customer_count as bigint) as from_customer_count,
        cast(customer_count as double) / cast(from_customer_count as double) as share_of_from_segment
    from with_totals
)

select * from final
