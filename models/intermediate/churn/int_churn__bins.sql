-- The bins of each feature and model, and their weights of evidence.
with features as (
    select * from {{ ref('int_churn__features') }}
),

levels as (
    select * from {{ ref('int_churn__levels') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

final as (
    {{ scorecard_bins('features', 'levels', 'settings') | indent(4) }}
)

select * from final
