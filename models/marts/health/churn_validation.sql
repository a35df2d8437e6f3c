-- How good the risk was, out of time, beside simpler ways to foretell the same.
with deciles as (
    select * from {{ ref('int_churn__deciles') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

measures as (
    {{ scorecard_validation('deciles') | indent(4) }}
),

named as (
    select
        *,
        {{ dbt.split_part('group_id', "'|'", 1) }} as scorer,
        {{ dbt.split_part('group_id', "'|'", 2) }} as period
    from measures
),

final as (
    select
        named.scorer,
        named.period,
        case when named.period <> 'overall' then cast(named.period as date) end as month_end,
        named.row_count,
        named.event_count,
        named.event_rate,
        named.mean_probability,
        named.auc,
        named.auc_low,
        named.auc_high,
        named.ks,
        named.brier_score,
        named.calibration_error,
        named.lift,
        case
            when named.scorer = 'scorecard' then settings.working_threshold
            when named.scorer = 'last_use' then cast(settings.last_use_days as double)
        end as threshold,
        named.flagged_rows,
        named.flagged_events,
        named.precision_rate,
        named.precision_low,
        named.precision_high,
        named.recall_rate,
        named.recall_low,
        named.recall_high
    from named
    cross join settings
)

select * from final
