-- The levels of text features as numbers, by model.
with features as (
    select * from {{ ref('int_churn__features') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

final as (
    {{ scorecard_levels('features', 'settings') | indent(4) }}
)

select * from final
