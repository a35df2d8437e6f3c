{#
  P(alive) of the BG/NBD model (Fader, Hardie and Lee 2005): the chance that a customer has not bought for the last
  time. The arguments are columns: frequency x, recency t_x and age T in one unit of time, and the parameters r, alpha, a, b.
  1 without a repeat: in this model customers leave only right after a purchase that repeats one.
#}
{% macro probability_alive(frequency, recency, age, r, alpha, a, b) -%}
    (1 / (1 + case
        when {{ frequency }} > 0
            then {{ a }} / ({{ b }} + {{ frequency }} - 1)
                -- the exponent's bound only keeps exp() from overflowing
                * exp(least(
                    ({{ r }} + {{ frequency }}) * ln(({{ alpha }} + {{ age }}) / ({{ alpha }} + {{ recency }})), 700
                ))
        else 0
    end))
{%- endmacro %}
