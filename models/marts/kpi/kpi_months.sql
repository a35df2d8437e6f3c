-- Every KPI by month and segment: its parts, its value, the month before, and the way to its target.
with kpi_values as (
    select * from {{ ref('int_kpi__values') }}
),

catalog as (
    select * from {{ ref('kpi_catalog_entries') }}
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

valued as (
    select
        kpi_id,
        month_end,
        segment_type,
        segment,
        numerator,
        denominator,
        cast(numerator as double) / nullif(cast(denominator as double), 0) as value,
        n,
        is_provisional
    from kpi_values
),

followed as (
    select
        *,
        lag(value) over (partition by kpi_id, segment_type, segment order by month_end) as previous_value,
        {{ is_partial_month('month_end') }} as is_partial
    from valued
),

-- of ways that overlap, the one that began last
ways as (
    select
        followed.kpi_id,
        followed.month_end,
        followed.segment_type,
        followed.segment,
        targets.target,
        targets.valid_from,
        targets.valid_to,
        row_number() over (
            partition by followed.kpi_id, followed.month_end, followed.segment_type, followed.segment
            order by targets.valid_from desc
        ) as place
    from followed
    inner join targets
        on
            followed.kpi_id = targets.kpi_id
            and followed.segment_type = targets.segment_type
            and followed.segment = targets.segment
    where followed.month_end > targets.valid_from and followed.month_end <= targets.valid_to
),

starts as (
    select
        ways.kpi_id,
        ways.month_end,
        ways.segment_type,
        ways.segment,
        ways.target,
        cast(ways.target as double) as end_value,
        ways.valid_to as target_date,
        followed.value as start_value,
        {{ dbt.datediff('ways.valid_from', 'ways.month_end', 'day') }}
            as days_gone,
        {{ dbt.datediff('ways.valid_from', 'ways.valid_to', 'day') }}
            as days_in_all
    from ways
    left join followed
        on
            ways.kpi_id = followed.kpi_id
            and ways.segment_type = followed.segment_type
            and ways.segment = followed.segment
            and ways.valid_from = followed.month_end
    where ways.place = 1
),

paths as (
    select
        *,
        -- without a value to start from, the target itself is the measure
        coalesce(start_value + (end_value - start_value) * days_gone / days_in_all, end_value) as path_value
    from starts
),

joined as (
    select
        followed.*,
        catalog.direction,
        cast(paths.target as double) as target,
        paths.target_date,
        paths.path_value
    from followed
    inner join catalog
        on followed.kpi_id = catalog.kpi_id
    left join paths
        on
            followed.kpi_id = paths.kpi_id
            and followed.month_end = paths.month_end
            and followed.segment_type = paths.segment_type
            and followed.segment = paths.segment
),

final as (
    select
        kpi_id,
        month_end,
        segment_type,
        segment,
        numerator,
        denominator,
        value,
        n,
        is_provisional,
        is_partial,
        previous_value,
        value - previous_value as change,
        target,
        target_date,
        path_value,
        case
            when target is null then 'no_target'
            when value is null then 'no_value'
            when direction = 'up' and value >= target then 'reached'
            when direction = 'down' and value <= target then 'reached'
            when direction = 'up' and value >= path_value then 'on_path'
            when direction = 'down' and value <= path_value then 'on_path'
            else 'off_path'
        end as target_status
    from joined
)

select * from final
