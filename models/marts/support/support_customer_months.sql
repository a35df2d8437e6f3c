-- Support by customer and month: counts and sums that add up to support_months, and the rates that they make.
with customer_months as (
    select * from {{ ref('int_support_months') }} where customer_id is not null
),

final as (
    select
        customer_id,
        month_end,
        is_partial,
        {% for measure in support_measures() -%}
        {{ measure }},
        {% endfor -%}
        {{ support_rates() }}
    from customer_months
)

select * from final
