-- Support of the whole company by month: the customers' months and those of tickets that belong to nobody.
with customer_months as (
    select * from {{ ref('int_support_months') }}
),

totals as (
    select
        {% for measure in support_measures() -%}
        cast(sum({{ measure }}) as bigint) as {{ measure }},
        {% endfor -%}
        month_end,
        is_partial
    from customer_months
    group by month_end, is_partial
),

final as (
    select
        month_end,
        is_partial,
        {% for measure in support_measures() -%}
        {{ measure }},
        {% endfor -%}
        {{ support_rates() }}
    from totals
)

select * from final
