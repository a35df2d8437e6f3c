-- The last thirty things that happened with one customer, any system (put the name between the per cent signs).
-- Columns: event_date, event_type, event_text, amount, currency, full_name
select
    timeline.event_date,
    timeline.event_type,
    timeline.event_text,
    timeline.amount,
    timeline.currency,
    people.full_name
from {{ ref('customer_timeline') }} as timeline
inner join {{ ref('customers') }} as customers
    on timeline.customer_id = customers.customer_id
left join {{ ref('customer_people') }} as people
    on timeline.person_id = people.person_id and timeline.customer_id = people.customer_id
where lower(customers.customer_name) like '%a%'
order by timeline.occurred_at desc, timeline.event_key asc
limit 30
