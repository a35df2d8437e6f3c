-- What the CRM knows of each customer: deals, meetings, e-mails.
with opportunities as (
    {{ with_customer('int_opportunities', person_key=none) }}
),

activities as (
    {{ with_customer('int_activities') }}
),

emails as (
    {{ with_customer('int_emails') }}
),

opportunity_totals as (
    select
        customer_id,
        count(*) as opportunity_count,
        count(case when not is_closed and not is_deleted then 1 end) as open_opportunity_count,
        count(case when is_won then 1 end) as won_opportunity_count,
        max(case when is_won then close_date end) as last_won_date
    from opportunities
    where customer_id is not null
    group by customer_id
),

activity_totals as (
    select
        customer_id,
        count(*) as activity_count,
        max(occurred_at) as last_activity_at
    from activities
    where customer_id is not null and occurred_at is not null
    group by customer_id
),

email_totals as (
    select
        customer_id,
        count(*) as email_count,
        max(case when is_incoming then sent_at end) as last_email_from_customer_at,
        max(case when not is_incoming then sent_at end) as last_email_to_customer_at
    from emails
    where customer_id is not null
    group by customer_id
),

customers as (
    select customer_id from opportunity_totals
    union
    select customer_id from activity_totals
    union
    select customer_id from email_totals
),

final as (
    select
        customers.customer_id,
        coalesce(opportunity_totals.opportunity_count, 0) as opportunity_count,
        coalesce(opportunity_totals.open_opportunity_count, 0) as open_opportunity_count,
        coalesce(opportunity_totals.won_opportunity_count, 0) as won_opportunity_count,
        opportunity_totals.last_won_date,
        coalesce(activity_totals.activity_count, 0) as activity_count,
        activity_totals.last_activity_at,
        coalesce(email_totals.email_count, 0) as email_count,
        email_totals.last_email_from_customer_at,
        email_totals.last_email_to_customer_at
    from customers
    left join opportunity_totals
        on customers.customer_id = opportunity_totals.customer_id
    left join activity_totals
        on customers.customer_id = activity_totals.customer_id
    left join email_totals
        on customers.customer_id = email_totals.customer_id
)

select * from final
