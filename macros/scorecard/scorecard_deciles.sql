{#
  Scores against what came, in tenths of the scored, with the parts of which any measure of quality is made.

  scored  relation or CTE, one row a thing scored: group_id; label (1 event, 0 none); score (double, higher means likelier);
          probability (null where the score is none); is_flagged (whether a working threshold calls it an event)

  Equal scores are kept together: a tenth is that of the first of them, so tenths may be unequal, or none. Gives group_id,
  decile (1 lowest ... 10), row_count, event_count, and sums: lowest_score, highest_score, probability_sum, flagged_rows,
  flagged_events, squared_error, and for the group's measures pairs_won (pairs of an event and another row in which the
  event scores higher, half of those that tie), largest_gap (of the two kinds' shares up to a score) and top_events (events
  among the highest tenth of rows; of a tie at its edge the share that belongs to it).
#}
{% macro scorecard_deciles(scored) %}
    with scores as (
        select
            group_id,
            round(score, 12) as score,
            cast(count(*) as double) as row_count,
            cast(sum(label) as double) as event_count,
            sum(probability) as probability_sum,
            sum(case when is_flagged then 1 else 0 end) as flagged_rows,
            sum(case when is_flagged then label else 0 end) as flagged_events,
            sum((probability - label) * (probability - label)) as squared_error
        from {{ scored }}
        where label is not null and score is not null
        group by group_id, round(score, 12)
    ),

    running as (
        select
            *,
            sum(row_count) over (partition by group_id) as all_rows,
            sum(event_count) over (partition by group_id) as all_events,
            sum(row_count) over (
                partition by group_id order by score rows between unbounded preceding and current row
            ) as rows_to,
            sum(event_count) over (
                partition by group_id order by score rows between unbounded preceding and current row
            ) as events_to
        from scores
    )

    select
        group_id,
        cast(1 + floor(10 * (rows_to - row_count) / all_rows) as bigint) as decile,
        cast(sum(row_count) as bigint) as row_count,
        cast(sum(event_count) as bigint) as event_count,
        min(score) as lowest_score,
        max(score) as highest_score,
        sum(probability_sum) as probability_sum,
        cast(sum(flagged_rows) as bigint) as flagged_rows,
        cast(sum(flagged_events) as bigint) as flagged_events,
        sum(squared_error) as squared_error,
        sum(event_count * ((rows_to - row_count) - (events_to - event_count) + (row_count - event_count) / 2)) as pairs_won,
        max(abs(events_to / nullif(all_events, 0) - (rows_to - events_to) / nullif(all_rows - all_events, 0)))
            as largest_gap,
        sum(
            event_count / row_count
            * greatest(least(row_count, rows_to - cast(0.9 as double) * all_rows), cast(0 as double))
        ) as top_events
    from running
    group by group_id, cast(1 + floor(10 * (rows_to - row_count) / all_rows) as bigint)
{% endmacro %}
