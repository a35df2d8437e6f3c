{#
  What falls to a weight when whole smallest units are shared out by weights (Hamilton's method of largest remainders):
  share_of() is the share rounded down, share_rest() what rounding down left over. The units that are then still to be
  given away go to the largest rests, one each. All three are whole numbers; where there is no weight there is no share.
#}
{% macro share_of(units, weight, weights) -%}
    coalesce(cast(round(
        cast({{ share_product(units, weight, weights) }} - {{ share_rest(units, weight, weights) }} as double)
        / cast(nullif(abs({{ weights }}), 0) as double),
        0
    ) as bigint), 0)
{%- endmacro %}

{% macro share_rest(units, weight, weights) -%}
    {%- set whole = 'cast(nullif(abs(' ~ weights ~ '), 0) as decimal(19, 0))' -%}
    coalesce(({{ share_product(units, weight, weights) }} % {{ whole }} + {{ whole }}) % {{ whole }}, 0)
{%- endmacro %}

{# Units times weight, turned round where the weights add up to less than nothing: exact to 38 digits. #}
{% macro share_product(units, weight, weights) -%}
    (cast({{ units }} as decimal(19, 0)) * cast(case when {{ weights }} < 0 then -{{ weight }} else {{ weight }} end as decimal(19, 0)))
{%- endmacro %}
