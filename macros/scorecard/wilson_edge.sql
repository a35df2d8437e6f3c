{#
  The lower ('-') or upper ('+') end of Wilson's 95 % interval of a share (Wilson 1927); `part` and `whole` are doubles, and null
  comes of a whole of 0.
#}
{% macro wilson_edge(part, whole, side) -%}
    (
        ({{ part }} + 1.96 * 1.96 / 2)
        {{ side }} 1.96 * sqrt({{ part }} * ({{ whole }} - {{ part }}) / nullif({{ whole }}, 0) + 1.96 * 1.96 / 4)
    ) / nullif({{ whole }} + 1.96 * 1.96, 1.96 * 1.96)
{%- endmacro %}
