-- Training rows with their weights of evidence side by side.
with woes as (
    select * from {{ ref('int_churn__woes') }}
),

final as (
    {{ scorecard_design('woes') | indent(4) }}
)

select * from final
