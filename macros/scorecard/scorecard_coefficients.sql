{#
  The fitted models with one row a feature that entered: model_id, feature, slot, coefficient (0 when other features say the
  same better), intercept. Rounded to 7 places, so that the order of rows cannot show. A fit that has not come to its
  optimum is no model and gives no rows.

  bins, fits  see scorecard_bins(), scorecard_step()
#}
{% macro scorecard_coefficients(bins, fits, max_features=16, tolerance='1e-7') %}
    with entered as (
        select distinct
            model_id,
            feature,
            slot
        from {{ bins }}
        where slot is not null
    )

    select
        entered.model_id,
        entered.feature,
        entered.slot,
        round(case entered.slot
            {%- for slot in range(1, max_features + 1) %}
            when {{ slot }} then fits.b_{{ slot }}
            {%- endfor %}
        end, 7) as coefficient,
        round(fits.b_0, 7) as intercept
    from entered
    inner join {{ fits }} as fits
        on entered.model_id = fits.model_id
    where fits.largest_gradient < {{ tolerance }}
{% endmacro %}
