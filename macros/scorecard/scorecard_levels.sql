{#
  The levels of text features as numbers: the share of events among the training rows of the level, drawn towards that of
  all its feature's rows as by `level_smoothing` rows of the mean kind. Ordered by it, levels can be cut into groups like numbers
  (Fisher 1958: of all groupings of levels the best one cuts this order).

  features  relation or CTE, one row a model_id, entity_id, period and feature: number_value (double) or text_value, both
            null when missing; label (1 event, 0 none, null unknown); is_training (then label must be known)
  settings  relation of one row with level_smoothing

  Gives model_id, feature, text_value, level_value.
#}
{% macro scorecard_levels(features, settings) %}
    with levels as (
        select
            model_id,
            feature,
            text_value,
            cast(count(*) as double) as row_count,
            cast(sum(label) as double) as event_count
        from {{ features }}
        where is_training and text_value is not null
        group by model_id, feature, text_value
    ),

    totals as (
        select
            *,
            sum(event_count) over (partition by model_id, feature)
            / sum(row_count) over (partition by model_id, feature) as event_rate
        from levels
    )

    select
        totals.model_id,
        totals.feature,
        totals.text_value,
        round(
            (totals.event_count + settings.level_smoothing * totals.event_rate)
            / (totals.row_count + settings.level_smoothing),
            9
        ) as level_value
    from totals
    cross join {{ settings }} as settings
{% endmacro %}
