-- What the help desk knows of each customer: tickets and their ratings.
with tickets as (
    {{ with_customer('int_tickets') }}
),

ratings as (
    select * from {{ ref('int_ticket_ratings') }}
),

final as (
    select
        tickets.customer_id,
        count(distinct tickets.ticket_key) as ticket_count,
        count(distinct case when tickets.is_open then tickets.ticket_key end) as open_ticket_count,
        min(tickets.opened_at) as first_ticket_at,
        max(tickets.opened_at) as last_ticket_at,
        count(distinct case when ratings.rating = 'good' then ratings.rating_key end) as good_rating_count,
        count(distinct case when ratings.rating = 'bad' then ratings.rating_key end) as bad_rating_count
    from tickets
    left join ratings
        on tickets.ticket_key = ratings.ticket_key
    where tickets.customer_id is not null
    group by tickets.customer_id
)

select * from final
