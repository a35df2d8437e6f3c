{#
  How good scores are, one row a group, from scorecard_deciles(). Measures are null where they are not defined: without
  both kinds of rows, without a probability, without anything flagged. Intervals hold with 95 %.

  auc                     pairs in which the event scores higher, ties half (Mann and Whitney); its interval is that of Hanley and McNeil 1982
  ks                      largest gap between the two kinds' cumulative shares (Kolmogorov and Smirnov)
  brier_score             mean squared error of the probability
  calibration_error       mean distance of mean probability and rate in the tenths, weighted by rows (ECE)
  lift                    share of events in the highest tenth of scores / 0.1
  precision, recall       of what is flagged; with Wilson's interval
#}
{% macro scorecard_validation(deciles) %}
    with totals as (
        select
            group_id,
            cast(sum(row_count) as double) as row_count,
            cast(sum(event_count) as double) as event_count,
            sum(probability_sum) / sum(row_count) as mean_probability,
            sum(pairs_won) / nullif(sum(event_count) * cast(sum(row_count) - sum(event_count) as double), 0) as auc,
            max(largest_gap) as ks,
            sum(squared_error) / sum(row_count) as brier_score,
            sum(abs(probability_sum - event_count)) / sum(row_count) as calibration_error,
            10 * sum(top_events) / nullif(cast(sum(event_count) as double), 0) as lift,
            cast(sum(flagged_rows) as double) as flagged_rows,
            cast(sum(flagged_events) as double) as flagged_events
        from {{ deciles }}
        group by group_id
    ),

    spread as (
        select
            *,
            sqrt(
                (
                    auc * (1 - auc)
                    + (event_count - 1) * (auc / (2 - auc) - auc * auc)
                    + (row_count - event_count - 1) * (2 * auc * auc / (1 + auc) - auc * auc)
                )
                / nullif(event_count * (row_count - event_count), 0)
            ) as auc_standard_error
        from totals
    )

    select
        group_id,
        cast(row_count as bigint) as row_count,
        cast(event_count as bigint) as event_count,
        event_count / row_count as event_rate,
        mean_probability,
        auc,
        auc_standard_error,
        greatest(auc - 1.96 * auc_standard_error, 0) as auc_low,
        least(auc + 1.96 * auc_standard_error, 1) as auc_high,
        ks,
        brier_score,
        calibration_error,
        lift,
        cast(flagged_rows as bigint) as flagged_rows,
        cast(flagged_events as bigint) as flagged_events,
        flagged_events / nullif(flagged_rows, 0) as precision_rate,
        {{ wilson_edge('flagged_events', 'flagged_rows', '-') }} as precision_low,
        {{ wilson_edge('flagged_events', 'flagged_rows', '+') }} as precision_high,
        flagged_events / nullif(event_count, 0) as recall_rate,
        {{ wilson_edge('flagged_events', 'event_count', '-') }} as recall_low,
        {{ wilson_edge('flagged_events', 'event_count', '+') }} as recall_high
    from spread
{% endmacro %}
