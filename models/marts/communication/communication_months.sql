-- Contact with each customer by month: mails either way, meetings, how long they waited for us and we for them, and
-- when somebody of us last got in touch. What a month says was known at its end: a later answer changes a later month
-- only.
with emails as (
    {{ with_customer('int_emails') }}
),

activities as (
    {{ with_customer('int_activities') }}
),

turns as (
    select * from {{ ref('email_response_times') }} where customer_id is not null
),

-- without a schedule nothing is known of working hours, which is not none
schedule_count as (
    select count(*) as schedules from {{ ref('int_working_schedule') }}
),

settings as (
    select
        max(case when setting = 'touch_days' then cast(value as bigint) end) as touch_days,
        max(case when setting = 'unanswered_days' then cast(value as bigint) end) as unanswered_days
    from {{ ref('communication_settings') }}
),

-- a mail that nobody has answered for so long is unanswered, and waits no more
our_turns as (
    select
        turns.customer_id,
        {{ to_reporting_date('turns.answered_at') }} as answered_on,
        cast({{ dbt.dateadd(
            'day', 'settings.unanswered_days', to_reporting_date('turns.waiting_since')
        ) }} as date) as given_up_on
    from turns
    cross join settings
    where turns.awaited_side = 'us'
),

-- asked and answered are facts of their own days
facts as (
    select
        customer_id,
        {{ to_reporting_date('sent_at') }} as fact_date,
        case when is_incoming then 'email_in' else 'email_out' end as fact_kind,
        0 as seconds,
        cast(null as bigint) as work_seconds
    from emails
    where customer_id is not null and sent_at is not null
    union all
    select
        customer_id,
        {{ to_reporting_date('occurred_at') }} as fact_date,
        'meeting' as fact_kind,
        0 as seconds,
        cast(null as bigint) as work_seconds
    from activities
    where customer_id is not null and occurred_at is not null and source_table = 'event'
    union all
    select
        customer_id,
        {{ to_reporting_date('waiting_since') }} as fact_date,
        case when awaited_side = 'us' then 'asked_us' else 'asked_them' end as fact_kind,
        0 as seconds,
        cast(null as bigint) as work_seconds
    from turns
    union all
    select
        customer_id,
        {{ to_reporting_date('answered_at') }} as fact_date,
        case when awaited_side = 'us' then 'answered_by_us' else 'answered_by_them' end as fact_kind,
        response_seconds as seconds,
        work_response_seconds as work_seconds
    from turns
    where is_answered
    union all
    select
        customer_id,
        given_up_on as fact_date,
        'unanswered_by_us' as fact_kind,
        0 as seconds,
        cast(null as bigint) as work_seconds
    from our_turns
    where coalesce(answered_on > given_up_on, true)
    union all
    select
        customer_id,
        least(answered_on, given_up_on) as fact_date,
        'waited_for_us' as fact_kind,
        0 as seconds,
        cast(null as bigint) as work_seconds
    from our_turns
),

monthly as (
    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'fact_date') }} as date) as month_start,
        count(case when fact_kind = 'email_in' then 1 end) as emails_from_customer,
        count(case when fact_kind = 'email_out' then 1 end) as emails_to_customer,
        count(case when fact_kind = 'meeting' then 1 end) as meetings_held,
        count(case when fact_kind = 'asked_us' then 1 end) as asked_us,
        count(case when fact_kind = 'answered_by_us' then 1 end) as answered_by_us,
        count(case when fact_kind = 'unanswered_by_us' then 1 end) as unanswered_by_us,
        count(case when fact_kind = 'waited_for_us' then 1 end) as waited_for_us,
        sum(case when fact_kind = 'answered_by_us' then seconds end) as our_response_seconds,
        count(case when fact_kind = 'answered_by_us' then work_seconds end) as our_work_answers,
        sum(case when fact_kind = 'answered_by_us' then work_seconds end) as our_work_response_seconds,
        count(case when fact_kind = 'asked_them' then 1 end) as asked_them,
        count(case when fact_kind = 'answered_by_them' then 1 end) as answered_by_them,
        sum(case when fact_kind = 'answered_by_them' then seconds end) as their_response_seconds,
        max(case when fact_kind in ('email_out', 'meeting') then fact_date end) as touch_date
    from facts
    where fact_date <= {{ as_of_date() }}
    group by customer_id, cast({{ dbt.date_trunc('month', 'fact_date') }} as date)
),

firsts as (
    select
        customer_id,
        min(month_start) as first_month
    from monthly
    group by customer_id
),

spine as (
    {{ date_rows(
        'firsts', ['customer_id'], 'first_month',
        "cast(" ~ dbt.date_trunc('month', as_of_date()) ~ " as date)", 'month'
    ) }}
),

running as (
    select
        spine.customer_id,
        spine.date_at as month_start,
        monthly.emails_from_customer,
        monthly.emails_to_customer,
        monthly.meetings_held,
        monthly.asked_us,
        monthly.answered_by_us,
        monthly.unanswered_by_us,
        monthly.our_response_seconds,
        monthly.our_work_answers,
        monthly.our_work_response_seconds,
        monthly.asked_them,
        monthly.answered_by_them,
        monthly.their_response_seconds,
        sum(coalesce(monthly.asked_us - monthly.waited_for_us, 0)) over (
            partition by spine.customer_id
            order by spine.date_at
            rows between unbounded preceding and current row
        ) as waiting_for_us,
        max(monthly.touch_date) over (
            partition by spine.customer_id
            order by spine.date_at
            rows between unbounded preceding and current row
        ) as last_touch_date
    from spine
    left join monthly
        on spine.customer_id = monthly.customer_id and spine.date_at = monthly.month_start
),

dated as (
    select
        *,
        {{ month_end('month_start') }} as month_end,
        {{ is_partial_month('month_start') }} as is_partial
    from running
),

aged as (
    select
        *,
        case
            when last_touch_date is not null
                then {{ dbt.datediff('coalesce(last_touch_date, month_end)', 'month_end', 'day') }}
        end as days_since_touch
    from dated
),

final as (
    select
        aged.customer_id,
        aged.month_end,
        aged.is_partial,
        cast(coalesce(aged.emails_from_customer, 0) as bigint) as emails_from_customer,
        cast(coalesce(aged.emails_to_customer, 0) as bigint) as emails_to_customer,
        cast(coalesce(aged.meetings_held, 0) as bigint) as meetings_held,
        cast(coalesce(aged.asked_us, 0) as bigint) as asked_us,
        cast(coalesce(aged.answered_by_us, 0) as bigint) as answered_by_us,
        cast(aged.our_response_seconds as bigint) as our_response_seconds,
        cast(aged.our_response_seconds as double) / nullif(aged.answered_by_us, 0) / 3600 as our_response_hours,
        cast(case when schedule_count.schedules > 0 then coalesce(aged.our_work_answers, 0) end as bigint)
            as our_work_answers,
        cast(aged.our_work_response_seconds as bigint) as our_work_response_seconds,
        cast(aged.our_work_response_seconds as double) / nullif(aged.our_work_answers, 0) / 3600
            as our_work_response_hours,
        cast(coalesce(aged.unanswered_by_us, 0) as bigint) as unanswered_by_us,
        cast(aged.waiting_for_us as bigint) as waiting_for_us,
        cast(coalesce(aged.asked_them, 0) as bigint) as asked_them,
        cast(coalesce(aged.answered_by_them, 0) as bigint) as answered_by_them,
        cast(aged.their_response_seconds as bigint) as their_response_seconds,
        cast(aged.their_response_seconds as double) / nullif(aged.answered_by_them, 0) / 3600 as their_response_hours,
        aged.last_touch_date,
        cast(aged.days_since_touch as bigint) as days_since_touch,
        coalesce(aged.days_since_touch < settings.touch_days, false) as is_covered
    from aged
    cross join settings
    cross join schedule_count
)

select * from final
