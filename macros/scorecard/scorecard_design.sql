{#
  The training rows of each model side by side: model_id, entity_id, period, label, w_1 ... w_<max_features>, the weights of
  evidence by slot; 0 in a slot that the model does not fill.

  woes  see scorecard_woes()
#}
{% macro scorecard_design(woes, max_features=16) %}
    select
        model_id,
        entity_id,
        period,
        cast(max(label) as double) as label,
        {%- for slot in range(1, max_features + 1) %}
        coalesce(max(case when slot = {{ slot }} then woe end), 0) as w_{{ slot }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ woes }}
    where is_training
    group by model_id, entity_id, period
{% endmacro %}
