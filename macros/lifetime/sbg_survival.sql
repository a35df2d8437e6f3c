{#
  Retention and survival of the shifted beta-geometric model: one row a segment and period from 0 to `last_period`.

  fits         relation or CTE with segment, alpha, beta
  last_period  a whole number

  retention(t) = (beta + t - 1) / (alpha + beta + t - 1), survival(t) = the product of the retentions up to t; retention
  rises with the period, because those leave first who are likeliest to (Fader and Hardie 2007).
#}
{% macro sbg_survival(fits, last_period) %}
    with periods as (
        {{ whole_numbers(last_period + 1) }}
    ),

    retentions as (
        select
            fits.segment,
            periods.number as period,
            case
                when periods.number > 0
                    then (fits.beta + periods.number - 1) / (fits.alpha + fits.beta + periods.number - 1)
            end as retention
        from {{ fits }} as fits
        cross join periods
    )

    select
        segment,
        period,
        retention,
        exp(sum(coalesce(ln(retention), 0)) over (
            partition by segment
            order by period
            rows between unbounded preceding and current row
        )) as survival
    from retentions
{% endmacro %}
