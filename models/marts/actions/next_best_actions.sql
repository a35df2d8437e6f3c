-- What to do for which customer now, the most urgent first: the open actions, one a customer and playbook.
with actions as (
    select * from {{ ref('action_history') }} where status = 'open'
),

customers as (
    select * from {{ ref('int_customers') }}
),

settings as (
    select * from {{ ref('int_actions__settings') }}
),

weighed as (
    select
        actions.*,
        customers.customer_name,
        cast(
            actions.money_at_stake
            * cast(actions.urgency as decimal(4, 0))
            * case when actions.is_overdue then settings.overdue_factor else 1 end
            as decimal(18, 4)
        ) as priority
    from actions
    inner join customers
        on actions.customer_id = customers.customer_id
    cross join settings
),

final as (
    select
        customer_id,
        playbook_id,
        customer_name,
        label,
        action,
        reason,
        measure_id,
        value,
        threshold,
        owner,
        urgency,
        money_kind,
        money_at_stake,
        arr,
        priority,
        cast(
            row_number() over (order by priority desc, due_on asc, customer_id asc, playbook_id asc) as bigint
        ) as place,
        cast(row_number() over (
            partition by customer_id order by priority desc, due_on asc, playbook_id asc
        ) as bigint) as place_of_customer,
        cast(row_number() over (
            partition by owner order by priority desc, due_on asc, customer_id asc, playbook_id asc
        ) as bigint) as place_of_owner,
        opened_on,
        due_on,
        is_overdue,
        age_days,
        {{ as_of_date() }} as as_of_date
    from weighed
)

select * from final
