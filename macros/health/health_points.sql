{# A number as points with four places. The step over ten places takes off what a double adds to 12.34565, so that the engines agree. #}
{% macro health_points(value) -%}
    cast(cast({{ value }} as decimal(28, 10)) as decimal(18, 4))
{%- endmacro %}
