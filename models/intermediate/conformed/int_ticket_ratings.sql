-- Ratings that customers gave to tickets; an offer without an answer is no rating.
with ratings as (
    select * from {{ ref('stg_zendesk__satisfaction_rating') }} where row_status = 'used'
),

tickets as (
    select * from {{ ref('int_tickets') }}
),

final as (
    select
        {{ record_key('zendesk', 'satisfaction_rating', 'ratings.rating_id') }} as rating_key,
        'zendesk' as source_system,
        ratings.rating_id as source_id,
        tickets.ticket_key,
        case when ratings.rating like 'good%' then 'good' else 'bad' end as rating,
        ratings.rating_comment,
        coalesce(ratings.updated_at, ratings.created_at) as rated_at
    from ratings
    inner join tickets
        on {{ record_key('zendesk', 'ticket', 'ratings.ticket_id') }} = tickets.ticket_key
    where
        (ratings.rating like 'good%' or ratings.rating like 'bad%')
        -- an answer given after as_of_date is not known yet
        and coalesce(ratings.updated_at, ratings.created_at) < {{ as_of_end() }}
)

select * from final
