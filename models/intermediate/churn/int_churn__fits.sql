-- The fitted model of each cut, by repeated steps (macro scorecard_step).
-- depends_on: {{ ref('int_churn__settings') }}
{{ config(materialized='fixpoint', meta={
    'step': 'scorecard_fit_step',
    'arguments': {'design': 'int_churn__design', 'settings': 'int_churn__settings'},
    'max_passes': 30
}) }}

with design as (
    select * from {{ ref('int_churn__design') }}
),

final as (
    {{ scorecard_start('design') | indent(4) }}
)

select * from final
