-- Scores against outcomes, out of time, in tenths: of each scorer, by month and overall. All scorers are judged on the
-- same customer months, those in which there was a model. A scorer more is a branch more in `scorers`.
with scores as (
    select * from {{ ref('int_churn__scores') }} where model_id is not null and label is not null
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

scorers as (
    select
        'scorecard' as scorer,
        scores.month_end,
        scores.label,
        scores.probability as score,
        scores.probability,
        scores.probability >= settings.working_threshold as is_flagged
    from scores
    cross join settings
    union all
    select
        'base_rate' as scorer,
        month_end,
        label,
        base_rate as score,
        base_rate as probability,
        false as is_flagged
    from scores
    union all
    -- who is unknown to the product cannot be called absent from it
    select
        'last_use' as scorer,
        scores.month_end,
        scores.label,
        cast(coalesce(scores.days_since_use, -1) as double) as score,
        cast(null as double) as probability,
        coalesce(scores.days_since_use >= settings.last_use_days, false) as is_flagged
    from scores
    cross join settings
),

grouped as (
    select
        scorer || '|' || cast(month_end as {{ dbt.type_string() }}) as group_id,
        label,
        score,
        probability,
        is_flagged
    from scorers
    union all
    select
        scorer || '|overall' as group_id,
        label,
        score,
        probability,
        is_flagged
    from scorers
),

deciles as (
    {{ scorecard_deciles('grouped') | indent(4) }}
),

final as (
    select
        *,
        {{ dbt.split_part('group_id', "'|'", 1) }} as scorer,
        {{ dbt.split_part('group_id', "'|'", 2) }} as period
    from deciles
)

select * from final
