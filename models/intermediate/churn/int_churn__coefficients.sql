-- The coefficient of each feature that entered a model.
with bins as (
    select * from {{ ref('int_churn__bins') }}
),

fits as (
    select * from {{ ref('int_churn__fits') }}
),

final as (
    {{ scorecard_coefficients('bins', 'fits') | indent(4) }}
)

select * from final
