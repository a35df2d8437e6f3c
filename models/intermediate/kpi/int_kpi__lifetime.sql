-- Sums of lifetime value and return by segment, of as_of_date: the models are fitted for that day only.
with facts as (
    select
        customer_id,
        {{ as_of_date() }} as month_end,
        case when is_active then lifetime_value end as lifetime_value,
        case when is_active and lifetime_value is not null then 1 else 0 end as valued_customers,
        customer_gain,
        case when customer_gain is not null then customer_cost end as customer_cost,
        case when customer_gain is not null then 1 else 0 end as customers
    from {{ ref('customer_lifetime_value') }}
),

segmented as (
    {{ with_segments('facts') }}
),

final as (
    {{ kpi_segment_sums('segmented', [
        'lifetime_value', 'valued_customers', 'customer_gain', 'customer_cost', 'customers',
    ]) }}
)

select * from final
