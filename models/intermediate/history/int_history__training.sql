-- People of a customer who came to a training, by month.
with registrants as (
    select * from {{ ref('int_training__registrants') }}
),

final as (
    select
        customer_id,
        {{ month_end('session_date') }} as month_end,
        count(case when is_attended then 1 end) as attendees
    from registrants
    where customer_id is not null and session_date <= {{ as_of_date() }}
    group by customer_id, {{ month_end('session_date') }}
)

select * from final
