-- For how long nobody has seen or heard of a customer's champions, at each month end. A champion is who has that role
-- in the CRM, which keeps no history of it, from the day the contact was created; seen is who used the product, wrote
-- or met us.
with people as (
    select * from {{ ref('int_people') }}
),

resolved as (
    select * from {{ ref('int_identity__people') }}
),

person_months as (
    select * from {{ ref('int_usage__person_months') }}
),

emails as (
    {{ with_customer('int_emails') }}
),

activities as (
    {{ with_customer('int_activities') }}
),

champions as (
    select
        resolved.customer_id,
        resolved.person_id,
        min({{ to_reporting_date('people.created_at') }}) as known_from
    from people
    inner join resolved
        on people.person_key = resolved.person_key
    where people.contact_role = 'champion' and resolved.customer_id is not null and people.created_at is not null
    group by resolved.customer_id, resolved.person_id
),

signs as (
    select
        user_id as person_id,
        last_active_date as sign_date
    from person_months
    union all
    select
        person_id,
        {{ to_reporting_date('sent_at') }} as sign_date
    from emails
    where is_incoming and person_id is not null and sent_at is not null
    union all
    select
        person_id,
        {{ to_reporting_date('occurred_at') }} as sign_date
    from activities
    where person_id is not null and occurred_at is not null and source_table = 'event'
),

monthly as (
    select
        champions.customer_id,
        cast({{ dbt.date_trunc('month', 'signs.sign_date') }} as date) as month_start,
        max(signs.sign_date) as sign_date
    from champions
    inner join signs
        on champions.person_id = signs.person_id
    where signs.sign_date >= champions.known_from and signs.sign_date <= {{ as_of_date() }}
    group by champions.customer_id, cast({{ dbt.date_trunc('month', 'signs.sign_date') }} as date)
),

spans as (
    select
        customer_id,
        min(month_start) as first_month
    from monthly
    group by customer_id
),

months as (
    {{ date_rows(
        'spans', ['customer_id'], 'first_month',
        "cast(" ~ dbt.date_trunc('month', as_of_date()) ~ " as date)", 'month'
    ) }}
),

running as (
    select
        months.customer_id,
        {{ month_end('months.date_at') }} as month_end,
        max(monthly.sign_date) over (
            partition by months.customer_id
            order by months.date_at
            rows between unbounded preceding and current row
        ) as last_sign_date
    from months
    left join monthly
        on months.customer_id = monthly.customer_id and months.date_at = monthly.month_start
),

final as (
    select
        customer_id,
        month_end,
        last_sign_date as champion_last_seen_date,
        cast({{ dbt.datediff(
            'last_sign_date', 'month_end', 'day'
        ) }} as bigint) as champion_silent_days
    from running
)

select * from final
