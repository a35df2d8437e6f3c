{#
  Fits a logistic regression on weights of evidence for each model, by Newton's method: the maximum of the log likelihood
  less ridge / 2 * sum(coefficient^2), the intercept left free.

  With weights of evidence every coefficient should be above 0; one that is not would turn a bin's direction round, since
  other features say the same better. From step `free_steps` on such a coefficient is set to 0 and stays there, while the
  others are fitted on. Near its optimum Newton's method doubles the right digits with each step.

  design    see scorecard_design()
  settings  relation of one row with ridge

  Gives one row a model: model_id, intercept, b_1 ... b_<max_features> (by slot; 0 when the slot is empty or was dropped),
  row_count, and largest_gradient: of the penalised mean log likelihood, over the coefficients that stayed.
  Coefficients are rounded to 7 places, so that the order of rows cannot show.
#}
{% macro scorecard_fit(design, settings, max_features=16, free_steps=4, steps=12) %}
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
    -- a feature that was dropped weighs nothing, so that its change is 0
    weighed_{{ step }} as (
        select
            last_step.*,
            design.label,
            {%- for i in slots %}
            {% if step > free_steps %}case when last_step.b_{{ i }} > 0 then design.w_{{ i }} else 0 end
            {%- else %}design.w_{{ i }}{% endif %} as w_{{ i }},
            {%- endfor %}
            1 / (1 + exp(-(
                last_step.b_0
                {%- for i in slots %} + last_step.b_{{ i }} * design.w_{{ i }}{% endfor %}
            ))) as p
        from {{ design }} as design
        inner join step_{{ step - 1 }} as last_step
            on design.model_id = last_step.model_id
    ),

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
        from weighed_{{ step }}
        group by model_id
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
                    {%- do terms.append('h_' ~ [i, j] | min ~ '_' ~ [i, j] | max) -%}
                {%- endfor -%}
                {%- do equations.append(dbt.array_construct(terms + ['g_' ~ i])) -%}
            {%- endfor %}
            {{ solve_linear(dbt.array_construct(equations), max_features + 1) | indent(12) }} as change
        from summed_{{ step }}
    ),

    step_{{ step }} as (
        select
            model_id,
            ridge,
            row_count,
            b_0 + {{ element('change', 1) }} as b_0,
            {%- for i in slots %}
            {%- set moved = 'b_' ~ i ~ ' + ' ~ element('change', i + 1) %}
            {% if step >= free_steps %}greatest({{ moved }}, {{ zero }}){% else %}{{ moved }}{% endif %} as b_{{ i }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from solved_{{ step }}
    ),

    {% endif -%}
    {%- endfor -%}
    final_step as (
        select * from summed_{{ steps + 1 }}
    )

    select
        model_id,
        round(b_0, 7) as intercept,
        {%- for i in slots %}
        round(b_{{ i }}, 7) as b_{{ i }},
        {%- endfor %}
        cast(row_count as bigint) as row_count,
        greatest(abs(g_0){% for i in slots %}, abs(g_{{ i }}){% endfor %}) / row_count as largest_gradient
    from final_step
{% endmacro %}
