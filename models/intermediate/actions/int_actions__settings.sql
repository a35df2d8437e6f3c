-- The settings of vectors and actions in one row.
with settings as (
    select * from {{ ref('action_settings') }}
),

final as (
    select
        {% for setting, type in {
            'negative_weight': 'bigint', 'positive_weight': 'bigint', 'steady_points': 'decimal(18, 4)',
            'negative_months': 'bigint', 'neutral_months': 'bigint', 'upsell_share': 'decimal(18, 4)',
            'positive_take_rate': 'decimal(18, 4)', 'neutral_take_rate': 'decimal(18, 4)',
            'referral_rate': 'decimal(18, 4)', 'promoter_nps': 'double', 'overdue_factor': 'double',
        }.items() -%}
        max(case when setting = '{{ setting }}' then cast(value as {{ type }}) end) as {{ setting }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from settings
)

select * from final
