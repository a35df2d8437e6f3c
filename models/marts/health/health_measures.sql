-- What each customer's health score of as_of_date is made of: the points of its rows add up to the score.
with measures as (
    select * from {{ ref('int_health__current_measures') }}
),

scores as (
    select * from {{ ref('health_history') }}
),

catalog as (
    select * from {{ ref('health_measure_catalog') }}
),

current_scores as (
    select * from scores where month_end = {{ as_of_date() }}
),

-- what is no measure and yet a part of the score, so that the rows add up to it
others as (
    {% for part, label in [
        ('start', 'Where every customer starts'), ('limit', 'Kept within the scale'), ('override', 'Set by a person')
    ] -%}
    select
        customer_id,
        month_end,
        rules_version,
        '{{ part }}' as measure_id,
        '{{ label }}' as label,
        {{ part }}_points as points
    from current_scores
    where {{ part }}_points <> 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        measures.customer_id,
        measures.measure_id,
        measures.month_end,
        measures.rules_version,
        measures.dimension,
        catalog.label,
        catalog.unit,
        measures.value,
        {{ value_text('measures.value', 'catalog.unit') }} as value_text,
        measures.measured_on,
        measures.is_known,
        measures.is_stale,
        measures.band,
        measures.band_points,
        measures.weight,
        measures.points,
        measures.lost_points,
        measures.value_1m_ago,
        measures.band_1m_ago,
        measures.points_change_1m,
        measures.value_3m_ago,
        measures.points_change_3m
    from measures
    left join catalog
        on measures.measure_id = catalog.measure_id
    union all
    select
        customer_id,
        measure_id,
        month_end,
        rules_version,
        'adjustment' as dimension,
        label,
        'points' as unit,
        cast(null as double) as value,
        cast(null as {{ dbt.type_string() }}) as value_text,
        month_end as measured_on,
        true as is_known,
        false as is_stale,
        cast(null as {{ dbt.type_string() }}) as band,
        cast(null as decimal(18, 6)) as band_points,
        cast(null as double) as weight,
        points,
        cast(null as decimal(18, 4)) as lost_points,
        cast(null as double) as value_1m_ago,
        cast(null as {{ dbt.type_string() }}) as band_1m_ago,
        cast(null as decimal(18, 4)) as points_change_1m,
        cast(null as double) as value_3m_ago,
        cast(null as decimal(18, 4)) as points_change_3m
    from others
)

select * from final
