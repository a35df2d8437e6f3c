-- Two marts show a customer's last NPS score: it is the same one.
select
    customers.customer_id,
    customers.last_nps_score,
    customer_voice.last_nps_score as voice_score
from {{ ref('customers') }} as customers
full outer join {{ ref('customer_voice') }} as customer_voice
    on customers.customer_id = customer_voice.customer_id
where coalesce(customers.last_nps_score, -1) <> coalesce(customer_voice.last_nps_score, -1)
