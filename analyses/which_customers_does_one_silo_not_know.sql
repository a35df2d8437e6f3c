-- Which paying customers does one of our systems not know? The largest gaps first.
-- Columns: customer_id, customer_name, owner_name, plan_name, seat_count, crm_gap, support_gap, survey_gap,
-- product_gap
with customers as (
    select * from {{ ref('customers') }} where lifecycle_stage = 'customer'
)

select
    customer_id,
    customer_name,
    owner_name,
    plan_name,
    seat_count,
    case when not is_known_to_crm then 'no CRM account' end as crm_gap,
    case when not is_known_to_support then 'no help desk organisation or user' end as support_gap,
    case when not is_known_to_surveys then 'nobody was ever surveyed' end as survey_gap,
    case when not is_known_to_product then 'never seen in the product' end as product_gap
from customers
where silo_count < 5
order by silo_count asc, seat_count desc nulls last, customer_id asc
