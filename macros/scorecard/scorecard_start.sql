{#
  The state in which the fit of a scorecard begins: no feature counts, and the intercept is the log odds of the base rate.
  Columns as in scorecard_step().

  design  see scorecard_design()
#}
{% macro scorecard_start(design, max_features=16) %}
    select
        model_id,
        cast(count(*) as bigint) as row_count,
        cast(0 as bigint) as step_count,
        cast(1 as double) as largest_gradient,
        ln(sum(label) / (count(*) - sum(label))) as b_0,
        {%- for i in range(1, max_features + 1) %}
        cast(0 as double) as b_{{ i }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ design }}
    group by model_id
{% endmacro %}
