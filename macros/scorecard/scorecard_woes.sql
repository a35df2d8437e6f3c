{#
  The bin and weight of evidence of each feature that entered a model: model_id, entity_id, period, feature, slot, bin_number,
  woe, label, is_training. A level that the training rows did not have is in no bin (null) and neutral: 0.

  features, levels, bins  see scorecard_levels(), scorecard_bins()
#}
{% macro scorecard_woes(features, levels, bins) %}
    with valued as (
        select
            features.model_id,
            features.entity_id,
            features.period,
            features.feature,
            features.label,
            features.is_training,
            coalesce(features.number_value, levels.level_value) as value,
            features.number_value is null and features.text_value is null as is_missing
        from {{ features }} as features
        left join {{ levels }} as levels
            on
                features.model_id = levels.model_id
                and features.feature = levels.feature
                and features.text_value = levels.text_value
    ),

    entered as (
        select distinct
            model_id,
            feature,
            slot
        from {{ bins }}
        where slot is not null
    )

    select
        valued.model_id,
        valued.entity_id,
        valued.period,
        valued.feature,
        valued.label,
        valued.is_training,
        entered.slot,
        bins.bin_number,
        coalesce(bins.woe, 0) as woe
    from valued
    inner join entered
        on valued.model_id = entered.model_id and valued.feature = entered.feature
    left join {{ bins }} as bins
        on
            valued.model_id = bins.model_id
            and valued.feature = bins.feature
            and valued.is_missing = bins.is_missing
            and (
                bins.is_missing
                or (
                    (bins.lower_edge is null or valued.value >= bins.lower_edge)
                    and (bins.upper_edge is null or valued.value < bins.upper_edge)
                    and valued.value is not null
                )
            )
{% endmacro %}
