-- What happened in support by customer and month, each thing in the month in which it happened, and what was open at the
-- month's end. Tickets of nobody are a group of their own, so that the groups add up to the company.
{% set measures = support_measures() %}
with tickets as (
    select
        *,
        coalesce(customer_id, 'nobody') as customer_group
    from {{ ref('int_ticket_metrics') }}
),

happened_solutions as (
    select
        tickets.customer_group,
        solutions.occurred_at,
        solutions.is_solved,
        tickets.is_counted
    from {{ ref('int_ticket_solutions') }} as solutions
    inner join tickets
        on solutions.ticket_key = tickets.ticket_key
),

happened_replies as (
    select
        tickets.customer_group,
        replies.replied_at
    from {{ ref('int_ticket_replies') }} as replies
    inner join tickets
        on replies.ticket_key = tickets.ticket_key
    where tickets.is_counted
),

happened_ratings as (
    select
        tickets.customer_group,
        ratings.rated_at,
        ratings.rating
    from {{ ref('int_ticket_ratings') }} as ratings
    inner join tickets
        on ratings.ticket_key = tickets.ticket_key
    where tickets.is_counted
),

-- without a history, a ticket that is solved was so at an unknown time: it is left out of the backlog altogether
happened as (
    {% for relation, happened_at, given in [
        ('tickets', 'created_at', {
            'created_tickets': '1',
            'backlog_tickets': 'case when reopen_count is not null or is_open then 1 else 0 end',
        }),
        ('happened_solutions', 'occurred_at', {
            'merged_tickets': 'case when is_solved and not is_counted then 1 else 0 end',
            'solved_tickets': 'case when is_solved and is_counted then 1 else 0 end',
            'reopened_tickets': 'case when is_solved then 0 else 1 end',
            'backlog_tickets': 'case when is_solved then -1 else 1 end',
        }),
        ('tickets', 'dropped_at', {
            'dropped_tickets': 'case when reopen_count is not null then 1 else 0 end',
            'backlog_tickets': 'case when reopen_count is not null then -1 else 0 end',
        }),
        ('happened_replies', 'replied_at', {'reply_count': '1'}),
        ('tickets', 'first_replied_at', {
            'first_replied_tickets': 'case when first_reply_minutes is not null then 1 else 0 end',
            'first_reply_minutes': 'coalesce(first_reply_minutes, 0)',
            'first_replied_business_tickets': 'case when first_reply_business_minutes is not null then 1 else 0 end',
            'first_reply_business_minutes': 'coalesce(first_reply_business_minutes, 0)',
        }),
        ('tickets', 'first_solved_at', {
            'first_resolved_tickets': 'case when first_resolution_minutes is not null then 1 else 0 end',
            'first_resolution_minutes': 'coalesce(first_resolution_minutes, 0)',
            'first_resolved_business_tickets':
                'case when first_resolution_business_minutes is not null then 1 else 0 end',
            'first_resolution_business_minutes': 'coalesce(first_resolution_business_minutes, 0)',
            'fcr_base_tickets': 'case when not is_fcr_provisional then 1 else 0 end',
            'fcr_tickets': 'case when not is_fcr_provisional and is_fcr then 1 else 0 end',
            'fcr_provisional_tickets': 'case when is_fcr_provisional then 1 else 0 end',
        }),
        ('tickets', 'solved_at', {
            'full_resolved_tickets': 'case when full_resolution_minutes is not null then 1 else 0 end',
            'full_resolution_minutes': 'coalesce(full_resolution_minutes, 0)',
            'full_resolved_business_tickets':
                'case when full_resolution_business_minutes is not null then 1 else 0 end',
            'full_resolution_business_minutes': 'coalesce(full_resolution_business_minutes, 0)',
            'one_touch_base_tickets': 'case when is_one_touch_fcr is not null then 1 else 0 end',
            'one_touch_tickets': 'case when is_one_touch_fcr then 1 else 0 end',
        }),
        ('happened_ratings', 'rated_at', {
            'rated_count': '1',
            'great_count': "case when rating in ('good', 'great') then 1 else 0 end",
            'okay_count': "case when rating = 'okay' then 1 else 0 end",
            'bad_count': "case when rating in ('bad', 'not_good') then 1 else 0 end",
        }),
    ] -%}
    select
        customer_group,
        cast({{ dbt.date_trunc('month', to_reporting_date(happened_at)) }} as date) as month_start,
        {% for measure in measures -%}
        {{ 'sum(' ~ given[measure] ~ ')' if measure in given else '0' }} as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ relation }}
    where {{ happened_at }} is not null
    group by customer_group, cast({{ dbt.date_trunc('month', to_reporting_date(happened_at)) }} as date)
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

sums as (
    select
        customer_group,
        month_start,
        {% for measure in measures -%}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from happened
    group by customer_group, month_start
),

spans as (
    select
        customer_group,
        min(month_start) as first_month_start,
        cast({{ dbt.date_trunc('month', as_of_date()) }} as date) as last_month_start
    from sums
    group by customer_group
),

months as (
    {{ date_rows('spans', ['customer_group'], 'first_month_start', 'last_month_start', 'month') }}
),

-- a help desk that has never delivered such a thing does not deliver it
delivered as (
    select
        max(case when reopen_count is not null then 1 else 0 end) = 1 as has_history,
        max(case when reply_count is not null then 1 else 0 end) = 1 as has_comments
    from tickets
),

delivered_ratings as (
    select count(*) > 0 as has_ratings from {{ ref('stg_zendesk__satisfaction_rating') }}
),

final as (
    select
        case when months.customer_group <> 'nobody' then months.customer_group end as customer_id,
        months.customer_group,
        {{ month_end('months.date_at') }} as month_end,
        {{ is_partial_month('months.date_at') }} as is_partial,
        {% for measure, needs in measures.items() -%}
        {% set counted -%}
        {% if measure == 'backlog_tickets' -%}
            sum(coalesce(sums.backlog_tickets, 0)) over (
                partition by months.customer_group
                order by months.date_at
                rows between unbounded preceding and current row
            )
        {%- else -%}
            coalesce(sums.{{ measure }}, 0)
        {%- endif %}
        {%- endset -%}
        {% if needs -%}
        cast(case when {{ 'delivered_ratings' if needs == 'ratings' else 'delivered' }}.has_{{ needs }} then {{ counted }} end as bigint)
        {%- else -%}
        cast({{ counted }} as bigint)
        {%- endif %} as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from months
    cross join delivered
    cross join delivered_ratings
    left join sums
        on months.customer_group = sums.customer_group and months.date_at = sums.month_start
)

select * from final
