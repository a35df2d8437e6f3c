{#
  Points from a weight of evidence: - factor * coefficient * woe with factor = points_to_double_odds / ln 2, to two decimals. More
  points are better: the odds of staying double with each points_to_double_odds. 0 is neutral.
#}
{% macro scorecard_points(woe, coefficient, points_to_double_odds) -%}
    cast(round(-{{ points_to_double_odds }} / ln(cast(2 as double)) * {{ coefficient }} * {{ woe }}, 2) as decimal(9, 2))
{%- endmacro %}

{#
  The points of one about whom nothing tells: those of the intercept alone. target_score stands for odds of staying of
  target_odds to 1.
#}
{% macro scorecard_base_points(intercept, points_to_double_odds, target_score, target_odds) -%}
    cast(round(
        {{ target_score }} - {{ points_to_double_odds }} / ln(cast(2 as double)) * ({{ intercept }} + ln({{ target_odds }})), 2
    ) as decimal(9, 2))
{%- endmacro %}

{# The probability of the event that a score stands for: the score says it all, so that points and probability agree. #}
{% macro scorecard_probability(score, points_to_double_odds, target_score, target_odds) -%}
    (1 / (1 + exp(
        (cast({{ score }} as double) - {{ target_score }}) / {{ points_to_double_odds }} * ln(cast(2 as double))
        + ln({{ target_odds }})
    )))
{%- endmacro %}
