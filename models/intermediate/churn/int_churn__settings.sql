-- The settings of churn risk in one row. The var churn_settings replaces single ones, for a company too small for them.
{%- set given = var('churn_settings', {}) %}
{%- set wholes = [
    'horizon_days', 'retrain_months', 'min_churners', 'min_training_months', 'max_training_rows', 'last_use_days',
] %}
{%- set shares = [
    'pre_bins', 'min_bin_share', 'min_split_gain', 'level_smoothing', 'min_iv', 'suspect_iv', 'ridge',
    'points_to_double_odds', 'target_score', 'target_odds', 'working_threshold', 'notice_prior',
] %}
with settings as (
    select * from {{ ref('churn_settings') }}
),

final as (
    select
        {%- for setting in wholes + shares %}
        {%- set found = given.get(setting) or "max(case when setting = '" ~ setting ~ "' then value end)" %}
        cast({{ found }} as {{ 'int' if setting in wholes else 'double' }}) as {{ setting }},
        {%- endfor %}
        cast(count(*) as int) as setting_count
    from settings
)

select * from final
