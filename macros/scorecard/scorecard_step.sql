{#
  One step of the fit of a logistic regression on weights of evidence, for each model: towards the maximum of the log likelihood
  less ridge / 2 * sum(coefficient^2), the intercept left free, with no coefficient below 0. A negative one would turn the
  direction of each bin round, because other features say the same better; at 0 the feature is out.

  Newton's method with bounds (Bertsekas 1982): a coefficient that is 0, and that it would not help to raise, is held there;
  the others take Newton's step and stop at 0. Near the optimum the right digits double with each step. A model whose gradient
  has vanished stays as it is, and so does one that has taken `max_steps`: repeated steps come to rest.

  previous  relation of the state before: model_id, row_count, step_count, largest_gradient, b_0 (intercept), b_1 ...
            b_<max_features> (coefficients by slot; 0 when the slot is empty or the feature out)
  design    see scorecard_design()
  settings  relation of one row with ridge

  Gives the next state. largest_gradient is that of the penalised mean log likelihood before the step, among the
  coefficients that are not held at 0.
#}
{% macro scorecard_step(previous, design, settings, max_features=16, tolerance='1e-10', max_steps=25) %}
    {%- set slots = range(1, max_features + 1) -%}
    {%- set zero = 'cast(0 as double)' -%}
    with predicted as (
        select
            last_step.*,
            settings.ridge,
            design.label,
            {%- for i in slots %}
            design.w_{{ i }},
            {%- endfor %}
            1 / (1 + exp(-(
                last_step.b_0
                {%- for i in slots %} + last_step.b_{{ i }} * design.w_{{ i }}{% endfor %}
            ))) as p
        from {{ design }} as design
        cross join {{ settings }} as settings
        inner join {{ previous }} as last_step
            on design.model_id = last_step.model_id
    ),

    -- gradient g and curvature h
    summed as (
        select
            model_id,
            min(row_count) as row_count,
            min(step_count) as step_count,
            min(largest_gradient) as last_gradient,
            min(b_0) as b_0,
            sum(label - p) as g_0,
            sum(p * (1 - p)) as h_0_0,
            {%- for i in slots %}
            min(b_{{ i }}) as b_{{ i }},
            sum((label - p) * w_{{ i }}) - min(ridge * b_{{ i }}) as g_{{ i }},
            sum(p * (1 - p) * w_{{ i }}) as h_0_{{ i }},
            {%- set is_last_slot = loop.last -%}
            {%- for j in slots if j >= i %}
            sum(p * (1 - p) * w_{{ i }} * w_{{ j }}){{ ' + min(ridge)' if i == j }} as h_{{ i }}_{{ j }}
            {{- ',' if not (is_last_slot and loop.last) }}
            {%- endfor %}
            {%- endfor %}
        from predicted
        group by model_id
    ),

    -- f is 1 where a coefficient may move
    freed as (
        select
            *,
            {%- for i in slots %}
            case when b_{{ i }} > 0 or g_{{ i }} > 0 then 1 else {{ zero }} end as f_{{ i }}{{ ',' if not loop.last }}
            {%- endfor %}
        from summed
    ),

    solved as (
        select
            *,
            greatest(abs(g_0){% for i in slots %}, abs(f_{{ i }} * g_{{ i }}){% endfor %}) / row_count as gradient,
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
        from freed
    ),

    judged as (
        select
            *,
            last_gradient < {{ tolerance }} or step_count >= {{ max_steps }} as is_at_rest
        from solved
    )

    select
        model_id,
        row_count,
        case when is_at_rest then step_count else step_count + 1 end as step_count,
        case when is_at_rest then last_gradient else gradient end as largest_gradient,
        case when is_at_rest then b_0 else b_0 + {{ element('change', 1) }} end as b_0,
        {%- for i in slots %}
        case when is_at_rest then b_{{ i }} else greatest(b_{{ i }} + {{ element('change', i + 1) }}, {{ zero }}) end
            as b_{{ i }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
{% endmacro %}

{# scorecard_step() for the materialization fixpoint, which names models. #}
{% macro scorecard_fit_step(previous, design, settings) -%}
    {{ scorecard_step(previous, ref(design), ref(settings)) }}
{%- endmacro %}
