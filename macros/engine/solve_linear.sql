{#
  The solution of a system of linear equations, as an array of doubles. `matrix` is an array of `size` rows, each an array
  of doubles: the coefficients of an equation and then its right side. Gauss and Jordan's elimination as a fold over the
  rows, without a change of rows: for symmetric positive definite systems, in which no pivot is 0.
#}
{% macro solve_linear(matrix, size) -%}
    {{ return(adapter.dispatch('solve_linear', 'customer360')(matrix, size)) }}
{%- endmacro %}

{# A fold keeps one type here, so that the places of the pivots come as matrices of one element. #}
{% macro duckdb__solve_linear(matrix, size) -%}
    {%- set at = 'cast(step[1][1] as bigint)' -%}
    list_transform(
        list_reduce(
            list_concat([{{ matrix }}], list_transform(range(1, {{ size + 1 }}), lambda place: [[cast(place as double)]])),
            lambda rows, step: list_transform(
                rows,
                lambda one, i: list_transform(
                    one,
                    lambda cell, j: case
                        when i = {{ at }} then cell / one[{{ at }}]
                        else cell - one[{{ at }}] * rows[{{ at }}][j] / rows[{{ at }}][{{ at }}]
                    end
                )
            )
        ),
        lambda solved: solved[{{ size + 1 }}]
    )
{%- endmacro %}

{% macro default__solve_linear(matrix, size) -%}
    transform(
        aggregate(
            sequence(0, {{ size - 1 }}),
            {{ matrix }},
            (rows, at) -> transform(
                rows,
                (one, i) -> transform(
                    one,
                    (cell, j) -> case
                        when i = at then cell / one[at]
                        else cell - one[at] * rows[at][j] / rows[at][at]
                    end
                )
            )
        ),
        solved -> solved[{{ size }}]
    )
{%- endmacro %}
