{#
  The fitted models with one row a feature that entered: model_id, feature, slot, coefficient (0 when it was dropped for its
  sign).

  bins, fits  see scorecard_bins(), scorecard_fit()
#}
{% macro scorecard_coefficients(bins, fits, max_features=16) %}
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
        case entered.slot
            {%- for slot in range(1, max_features + 1) %}
            when {{ slot }} then fits.b_{{ slot }}
            {%- endfor %}
        end as coefficient
    from entered
    inner join {{ fits }} as fits
        on entered.model_id = fits.model_id
{% endmacro %}
