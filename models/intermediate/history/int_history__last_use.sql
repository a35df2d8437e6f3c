-- The last day on which anybody of a customer used the product, by month.
with person_months as (
    select * from {{ ref('int_usage__person_months') }}
),

final as (
    select
        customer_id,
        {{ month_end('month_start') }} as month_end,
        max(last_active_date) as last_use_date
    from person_months
    group by customer_id, {{ month_end('month_start') }}
)

select * from final
