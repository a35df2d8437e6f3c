-- The settings of churn risk in one row. The var churn_settings replaces single ones, for a company too small for them.
{%- set given = var('churn_settings', {}) %}
with settings as (
    select * from {{ ref('churn_settings') }}
),

final as (
    select
        {%- for setting in ['horizon_days', 'retrain_months', 'min_churners', 'min_training_months', 'max_training_rows', 'last_use_days'] %}
        cast({{ given.get(setting) or "max(case when setting = '" ~ setting ~ "' then value end)" }} as int) as {{ setting }},
        {%- endfor %}
        {%- for setting in [
            'pre_bins', 'min_bin_share', 'min_split_gain', 'level_smoothing', 'min_iv', 'suspect_iv', 'ridge',
            'points_to_double_odds', 'target_score', 'target_odds', 'working_threshold', 'notice_prior',
        ] %}
        cast({{ given.get(setting) or "max(case when setting = '" ~ setting ~ "' then value end)" }} as double) as {{ setting }}{{ ',' if not loop.last }}
        {%- endfor %}
    from settings
)

select * from final
