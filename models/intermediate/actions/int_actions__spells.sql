-- Actions: a playbook that one month after another calls for is one action, from the month that first called for it to
-- the first that does not. A count of days that starts again is another cause, and after repeat_months it is time for
-- another action.
with triggered as (
    select * from {{ ref('int_actions__triggered') }} where not is_superseded
),

superseded as (
    select * from {{ ref('int_actions__triggered') }} where is_superseded
),

customers as (
    select
        customer_id,
        month_end,
        {{ month_number('month_end') }} as month_number
    from {{ ref('int_health__customers') }}
),

months as (
    select
        month_number,
        max(month_end) as month_end
    from customers
    group by month_number
),

last_month as (
    select max(month_number) as month_number from months
),

playbooks as (
    select * from {{ ref('playbooks') }}
),

followed as (
    select
        *,
        lag(month_number) over (partition by customer_id, playbook_id order by month_number) as month_before,
        lag(value) over (partition by customer_id, playbook_id order by month_number) as value_before
    from triggered
),

caused as (
    select
        *,
        sum(
            case
                when month_before = month_number - 1 and dated_by = 'counts_up' and value > value_before then 0
                when month_before = month_number - 1 and dated_by = 'counts_down' and value < value_before then 0
                when month_before = month_number - 1 and dated_by = 'month' then 0
                else 1
            end
        ) over (
            partition by customer_id, playbook_id
            order by month_number
            rows between unbounded preceding and current row
        ) as cause
    from followed
),

aged as (
    select
        *,
        row_number() over (partition by customer_id, playbook_id, cause order by month_number) as month_of_cause
    from caused
),

numbered as (
    select
        aged.*,
        coalesce(
            cast(floor(cast(aged.month_of_cause - 1 as double) / playbooks.repeat_months) as bigint), 0
        ) as repetition
    from aged
    inner join playbooks
        on aged.playbook_id = playbooks.playbook_id
),

spells as (
    select
        customer_id,
        playbook_id,
        repetition,
        min(month_number) as first_month,
        max(month_number) as last_month,
        min(month_end) as first_month_end,
        max(month_end) as last_month_end
    from numbered
    group by customer_id, playbook_id, cause, repetition
),

figures as (
    select
        spells.customer_id,
        spells.playbook_id,
        spells.first_month,
        spells.last_month,
        -- what is repeated opens anew
        case
            when spells.repetition = 0 then first_rows.triggered_on
            else cast({{ dbt.date_trunc('month', 'first_rows.month_end') }} as date)
        end as opened_on,
        case
            when spells.repetition = 0 and first_rows.dated_by <> 'month' then first_rows.triggered_on
            else cast({{ dbt.last_day('first_rows.month_end', 'month') }} as date)
        end as due_from,
        first_rows.value as value_at_opening,
        last_rows.value,
        spells.first_month_end,
        spells.last_month_end
    from spells
    inner join triggered as first_rows
        on
            spells.customer_id = first_rows.customer_id
            and spells.playbook_id = first_rows.playbook_id
            and spells.first_month = first_rows.month_number
    inner join triggered as last_rows
        on
            spells.customer_id = last_rows.customer_id
            and spells.playbook_id = last_rows.playbook_id
            and spells.last_month = last_rows.month_number
),

closed as (
    select
        figures.*,
        figures.last_month = last_month.month_number as is_called_for,
        -- a month in which there was no customer at all is in no table
        case
            when figures.last_month < last_month.month_number
                then coalesce(
                    months.month_end,
                    {{ month_end(dbt.dateadd('month', 1, 'figures.last_month_end')) }}
                )
        end as closed_on,
        case
            when figures.last_month = last_month.month_number then cast(null as {{ dbt.type_string() }})
            when customers.customer_id is null then 'customer_left'
            when superseded.playbook_id is not null then 'superseded'
            when called_again.playbook_id is not null and called_again.repetition > 0 then 'lapsed'
            else 'cause_gone'
        end as close_reason
    from figures
    cross join last_month
    left join months
        on figures.last_month + 1 = months.month_number
    left join customers
        on figures.customer_id = customers.customer_id and figures.last_month + 1 = customers.month_number
    left join superseded
        on
            figures.customer_id = superseded.customer_id
            and figures.playbook_id = superseded.playbook_id
            and figures.last_month + 1 = superseded.month_number
    left join numbered as called_again
        on
            figures.customer_id = called_again.customer_id
            and figures.playbook_id = called_again.playbook_id
            and figures.last_month + 1 = called_again.month_number
),

-- closings that follow each other within the cooldown are a run, and the first of them counts: what comes and goes is
-- not kept silent for ever
returned as (
    select
        closed.*,
        playbooks.cooldown_days,
        coalesce(
            closed.last_month_end <= cast({{ before(
                "cast(lag(case when closed.close_reason = 'cause_gone' then closed.closed_on end) over (
                    partition by closed.customer_id, closed.playbook_id order by closed.first_month
                ) as timestamp)", 0, '-playbooks.cooldown_days'
            ) }} as date),
            false
        ) as came_back_soon
    from closed
    inner join playbooks
        on closed.playbook_id = playbooks.playbook_id
),

cooled as (
    select
        *,
        max(case when close_reason = 'cause_gone' and not came_back_soon then closed_on end) over (
            partition by customer_id, playbook_id
            order by first_month
            rows between unbounded preceding and 1 preceding
        ) as closed_before_on
    from returned
),

final as (
    select
        *,
        coalesce(
            last_month_end
            <= cast({{ before('cast(closed_before_on as timestamp)', 0, '-cooldown_days') }} as date),
            false
        ) as is_in_cooldown
    from cooled
)

select * from final
