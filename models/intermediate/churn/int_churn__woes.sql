-- In which bin each customer month falls with each feature that entered the model.
with features as (
    select * from {{ ref('int_churn__features') }}
),

levels as (
    select * from {{ ref('int_churn__levels') }}
),

bins as (
    select * from {{ ref('int_churn__bins') }}
),

final as (
    {{ scorecard_woes('features', 'levels', 'bins') | indent(4) }}
)

select * from final
