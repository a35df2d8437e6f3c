-- The fitted model of each cut.
with design as (
    select * from {{ ref('int_churn__design') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

final as (
    {{ scorecard_fit('design', 'settings') | indent(4) }}
)

select * from final
