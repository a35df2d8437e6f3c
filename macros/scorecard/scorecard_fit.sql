{#
  Fits a logistic regression on weights of evidence for each model: the maximum of the log likelihood less
  ridge / 2 * sum(coefficient^2), the intercept left free, with no coefficient below 0. A negative one would turn the direction of
  each bin round, because other features say the same better; at 0 the feature is out.

  Newton's method with bounds (Bertsekas 1982): in each step a coefficient that is 0, and that it would not help to raise, is
  held there; the others take Newton's step and stop at 0. Near the optimum the right digits double with each step.

  design    see scorecard_design()
  settings  relation of one row with ridge

  Gives one row a model: model_id, intercept, b_1 ... b_<max_features> (by slot; 0 when the slot is empty or the feature out),
  row_count, and largest_gradient of the penalised mean log likelihood among the coefficients that are not held at 0: it is
  0 at the optimum. Coefficients are rounded to 7 places, so that the order of rows cannot show.
#}
{% macro scorecard_fit(design, settings, max_features=16, steps=9) %}
    {%- set slots = range(1, max_features + 1) -%}
    {%- set zero = 'cast(0 as double)' -%}
    with step_0 as (
        select
            design.model_id,
            settings.ridge,
            cast(count(*) as double) as row_count,
            ln(sum(design.label) / (count(*) - sum(design.label))) as b_0,
            {%- for i in slots %}
            {{ zero }} as b_{{ i }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ design }} as design
        cross join {{ settings }} as settings
        group by design.model_id, settings.ridge
    ),

    {% for step in range(1, steps + 2) -%}
    predicted_{{ step }} as (
        select
            last_step.*,
            design.label,
            {%- for i in slots %}
            design.w_{{ i }},
            {%- endfor %}
            1 / (1 + exp(-(
                last_step.b_0
                {%- for i in slots %} + last_step.b_{{ i }} * design.w_{{ i }}{% endfor %}
            ))) as p
        from {{ design }} as design
        inner join step_{{ step - 1 }} as last_step
            on design.model_id = last_step.model_id
    ),

    -- gradient g and curvature h
    summed_{{ step }} as (
        select
            model_id,
            min(ridge) as ridge,
            min(row_count) as row_count,
            min(b_0) as b_0,
            {%- for i in slots %}
            min(b_{{ i }}) as b_{{ i }},
            sum((label - p) * w_{{ i }}) - min(ridge * b_{{ i }}) as g_{{ i }},
            {%- if step <= steps %}
            sum(p * (1 - p) * w_{{ i }}) as h_0_{{ i }},
            {%- for j in slots if j >= i %}
            sum(p * (1 - p) * w_{{ i }} * w_{{ j }}){{ ' + min(ridge)' if i == j }} as h_{{ i }}_{{ j }},
            {%- endfor %}
            {%- endif %}
            {%- endfor %}
            sum(p * (1 - p)) as h_0_0,
            sum(label - p) as g_0
        from predicted_{{ step }}
        group by model_id
    ),

    -- f is 1 where a coefficient may move
    freed_{{ step }} as (
        select
            *,
            {%- for i in slots %}
            case when b_{{ i }} > 0 or g_{{ i }} > 0 then 1 else {{ zero }} end as f_{{ i }}{{ ',' if not loop.last }}
            {%- endfor %}
        from summed_{{ step }}
    ),

    {% if step <= steps -%}
    solved_{{ step }} as (
        select
            model_id,
            ridge,
            row_count,
            b_0,
            {%- for i in slots %}
            b_{{ i }},
            {%- endfor %}
            {%- set equations = [] -%}
            {%- for i in range(max_features + 1) -%}
                {%- set terms = [] -%}
                {%- for j in range(max_features + 1) -%}
                    {%- set factors = [] -%}
                    {%- if i -%}{%- do factors.append('f_' ~ i ~ ' * ') -%}{%- endif -%}
                    {%- if j and i != j -%}{%- do factors.append('f_' ~ j ~ ' * ') -%}{%- endif -%}
                    {%- do terms.append(
                        factors | join ~ 'h_' ~ [i, j] | min ~ '_' ~ [i, j] | max ~ (' + 1 - f_' ~ i if i and i == j else '')
                    ) -%}
                {%- endfor -%}
                {%- do terms.append('f_' ~ i ~ ' * g_' ~ i if i else 'g_0') -%}
                {%- do equations.append(dbt.array_construct(terms)) -%}
            {%- endfor %}
            {{ solve_linear(dbt.array_construct(equations), max_features + 1) | indent(12) }} as change
        from freed_{{ step }}
    ),

    step_{{ step }} as (
        select
            model_id,
            ridge,
            row_count,
            b_0 + {{ element('change', 1) }} as b_0,
            {%- for i in slots %}
            greatest(b_{{ i }} + {{ element('change', i + 1) }}, {{ zero }}) as b_{{ i }}{{ ',' if not loop.last }}
            {%- endfor %}
        from solved_{{ step }}
    ),

    {% endif -%}
    {%- endfor -%}
    final_step as (
        select * from freed_{{ steps + 1 }}
    )

    select
        model_id,
        round(b_0, 7) as intercept,
        {%- for i in slots %}
        round(b_{{ i }}, 7) as b_{{ i }},
        {%- endfor %}
        cast(row_count as bigint) as row_count,
        greatest(abs(g_0){% for i in slots %}, abs(f_{{ i }} * g_{{ i }}){% endfor %}) / row_count as largest_gradient
    from final_step
{% endmacro %}
