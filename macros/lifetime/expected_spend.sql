{#
  Expected spend of a purchase in the Gamma-Gamma model (Fader and Hardie 2013, note 025): the mean of the customer's
  own repeat purchases and the population's, weighted by how many there are. The arguments are columns: frequency x,
  mean_spend m of these (null without any), parameters p, q, gamma. Null where q <= 1, which has no mean.
#}
{% macro expected_spend(frequency, mean_spend, p, q, gamma) -%}
    (case
        when {{ p }} * {{ frequency }} + {{ q }} > 1
            then {{ p }} * ({{ gamma }} + case when {{ frequency }} > 0 then {{ frequency }} * {{ mean_spend }} else 0 end)
                / ({{ p }} * {{ frequency }} + {{ q }} - 1)
    end)
{%- endmacro %}
