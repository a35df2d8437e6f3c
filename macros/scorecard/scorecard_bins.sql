{#
  Cuts each feature of each model into bins, on training rows only, and gives each bin its weight of evidence.

  Values are put into `pre_bins` groups of about equal size first; equal values stay together. Then, `depth` times, each bin
  so far is cut in two where the log likelihood gains most, provided that both sides keep `min_bin_share` of the model's
  training rows and the gain reaches `min_split_gain`. Of equal gains (to six places) the lowest cut is taken. Missing
  values are a bin of their own. A bin of fewer rows, missing values or the few that are known, is neutral: its weight is 0.

  features, levels  see scorecard_levels()
  settings          relation of one row with pre_bins, min_bin_share, min_split_gain, min_iv
  max_features      how many features may enter a model, those with most information first (see scorecard_fit())

  Gives one row a model_id, feature and bin_number: lower_edge (inclusive; null in the lowest bin) and upper_edge (exclusive;
  null in the highest) of the number, or of the level's number; is_missing; is_text; row_count, event_count;
  woe = ln(((event_count + 0.5) / events) / ((other_count + 0.5) / others)), so that above 0 is likelier to have the event;
  information_value of the feature; slot, its place in the model, null when it does not enter.
#}
{% macro scorecard_bins(features, levels, settings, max_features=16, depth=3) %}
    with found_values as (
        select
            features.model_id,
            features.feature,
            coalesce(features.number_value, levels.level_value) as value,
            max(case when features.text_value is not null then 1 else 0 end) as is_text,
            cast(count(*) as double) as row_count,
            cast(sum(features.label) as double) as event_count
        from {{ features }} as features
        left join {{ levels }} as levels
            on
                features.model_id = levels.model_id
                and features.feature = levels.feature
                and features.text_value = levels.text_value
        where features.is_training
        group by features.model_id, features.feature, coalesce(features.number_value, levels.level_value)
    ),

    ordered_values as (
        select
            *,
            case when value is null then 1 else 0 end as missing,
            max(is_text) over (partition by model_id, feature) as text_feature,
            sum(row_count) over (partition by model_id, feature) as model_rows,
            sum(event_count) over (partition by model_id, feature) as model_events,
            sum(case when value is not null then row_count end) over (partition by model_id, feature) as known_rows,
            coalesce(sum(case when value is not null then row_count end) over (
                partition by model_id, feature order by value nulls last
                rows between unbounded preceding and 1 preceding
            ), 0) as rows_below
        from found_values
    ),

    pre_binned as (
        select
            ordered_values.model_id,
            ordered_values.feature,
            ordered_values.missing,
            case
                when ordered_values.missing = 0
                    then floor(settings.pre_bins * ordered_values.rows_below / ordered_values.known_rows)
                else 0
            end as pre_bin,
            max(ordered_values.text_feature) as text_feature,
            max(ordered_values.model_rows) as model_rows,
            max(ordered_values.model_events) as model_events,
            min(ordered_values.value) as lower_value,
            sum(ordered_values.row_count) as row_count,
            sum(ordered_values.event_count) as event_count
        from ordered_values
        cross join {{ settings }} as settings
        group by 1, 2, 3, 4
    ),

    nodes_0 as (
        select
            *,
            0 as node
        from pre_binned
    ),

    {% for level in range(1, depth + 1) -%}
    sides_{{ level }} as (
        select
            *,
            sum(row_count) over (partition by model_id, feature, missing, node) as node_rows,
            sum(event_count) over (partition by model_id, feature, missing, node) as node_events,
            sum(row_count) over (
                partition by model_id, feature, missing, node order by pre_bin
                rows between unbounded preceding and 1 preceding
            ) as left_rows,
            sum(event_count) over (
                partition by model_id, feature, missing, node order by pre_bin
                rows between unbounded preceding and 1 preceding
            ) as left_events
        from nodes_{{ level - 1 }}
    ),

    gains_{{ level }} as (
        select
            sides_{{ level }}.*,
            case
                when
                    sides_{{ level }}.left_rows >= settings.min_bin_share * sides_{{ level }}.model_rows
                    and sides_{{ level }}.node_rows - sides_{{ level }}.left_rows
                    >= settings.min_bin_share * sides_{{ level }}.model_rows
                    then round(
                        {{ binomial_log_likelihood('left_rows', 'left_events') }}
                        + {{ binomial_log_likelihood('(node_rows - left_rows)', '(node_events - left_events)') }}
                        - {{ binomial_log_likelihood('node_rows', 'node_events') }},
                        6
                    )
            end as gain,
            settings.min_split_gain
        from sides_{{ level }}
        cross join {{ settings }} as settings
    ),

    best_gains_{{ level }} as (
        select
            *,
            max(gain) over (partition by model_id, feature, missing, node) as best_gain
        from gains_{{ level }}
    ),

    cuts_{{ level }} as (
        select
            *,
            min(case when gain = best_gain and gain >= min_split_gain then pre_bin end) over (
                partition by model_id, feature, missing, node
            ) as cut_at
        from best_gains_{{ level }}
    ),

    nodes_{{ level }} as (
        select
            model_id,
            feature,
            missing,
            pre_bin,
            text_feature,
            model_rows,
            model_events,
            lower_value,
            row_count,
            event_count,
            2 * node + case when pre_bin >= cut_at then 1 else 0 end as node
        from cuts_{{ level }}
    ),

    {% endfor -%}
    bins as (
        select
            model_id,
            feature,
            missing,
            node,
            max(text_feature) = 1 as is_text,
            max(model_rows) as model_rows,
            max(model_events) as model_events,
            min(lower_value) as lower_value,
            sum(row_count) as row_count,
            sum(event_count) as event_count
        from nodes_{{ depth }}
        group by model_id, feature, missing, node
    ),

    edged as (
        select
            bins.*,
            row_number() over (partition by bins.model_id, bins.feature order by bins.missing, bins.node) as bin_number,
            lead(bins.lower_value) over (
                partition by bins.model_id, bins.feature, bins.missing order by bins.node
            ) as upper_edge,
            -- a few values, known or missing, are no evidence
            case
                when bins.row_count < settings.min_bin_share * bins.model_rows then 0
                else round(
                    ln((bins.event_count + cast(0.5 as double)) / bins.model_events)
                    - ln(
                        (bins.row_count - bins.event_count + cast(0.5 as double))
                        / (bins.model_rows - bins.model_events)
                    ),
                    6
                )
            end as woe,
            settings.min_iv
        from bins
        cross join {{ settings }} as settings
        -- without both kinds there is nothing to tell apart
        where bins.model_events > 0 and bins.model_events < bins.model_rows
    ),

    informed as (
        select
            *,
            round(sum(
                (event_count / model_events - (row_count - event_count) / (model_rows - model_events)) * woe
            ) over (partition by model_id, feature), 6) as information_value
        from edged
    ),

    placed as (
        select
            *,
            dense_rank() over (
                partition by model_id
                order by case when information_value >= min_iv then 0 else 1 end, information_value desc, feature asc
            ) as place
        from informed
    )

    select
        model_id,
        feature,
        cast(bin_number as bigint) as bin_number,
        case when bin_number > 1 then lower_value end as lower_edge,
        upper_edge,
        missing = 1 as is_missing,
        is_text,
        cast(row_count as bigint) as row_count,
        cast(event_count as bigint) as event_count,
        cast(woe as double) as woe,
        information_value,
        cast(case when information_value >= min_iv and place <= {{ max_features }} then place end as bigint) as slot
    from placed
{% endmacro %}
