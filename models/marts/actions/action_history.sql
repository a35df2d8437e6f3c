-- Every action that a playbook ever called for, open and closed.
with spells as (
    select * from {{ ref('int_actions__spells') }}
),

playbooks as (
    select * from {{ ref('playbooks') }}
),

triggers as (
    select * from {{ ref('playbook_triggers') }} where is_main
),

measures as (
    select * from {{ ref('health_measure_catalog') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

money as (
    select * from {{ ref('int_actions__money') }}
),

vectors as (
    select * from {{ ref('int_actions__vector_months') }}
),

aliases as (
    select * from {{ ref('customer_aliases') }}
),

snoozes as (
    select
        coalesce(aliases.customer_id, snoozes.customer_id) as customer_id,
        snoozes.playbook_id,
        max(snoozes.snoozed_to) as snoozed_to
    from {{ ref('action_snoozes') }} as snoozes
    left join aliases
        on snoozes.customer_id = aliases.alias_id
    where snoozes.snoozed_from <= {{ as_of_date() }} and snoozes.snoozed_to >= {{ as_of_date() }}
    group by coalesce(aliases.customer_id, snoozes.customer_id), snoozes.playbook_id
),

actions as (
    select
        spells.*,
        playbooks.label,
        playbooks.action,
        playbooks.money as money_kind,
        playbooks.urgency,
        replace(
            replace(
                replace(playbooks.reason, '{value}', {{ value_text('spells.value', 'measures.unit') }}),
                '{negative_signs}', coalesce(vectors.negative_signs, '')
            ),
            '{positive_signs}', coalesce(vectors.positive_signs, '')
        ) as reason,
        triggers.measure_id,
        triggers.threshold,
        case when playbooks.owner_role = 'owner' then coalesce(customers.owner_name, playbooks.fallback_owner)
            else playbooks.fallback_owner
        end as owner,
        cast({{ dbt.dateadd('day', 'playbooks.due_days', 'spells.due_from') }} as date) as due_on,
        snoozes.snoozed_to,
        money.arr,
        money.revenue_at_risk,
        money.expansion_potential,
        money.referral_potential,
        cast(cast(money.arr as double) * playbooks.assumed_share as decimal(18, 4)) as assumed_risk,
        coalesce(spells.closed_on, {{ as_of_date() }}) as seen_until
    from spells
    inner join playbooks
        on spells.playbook_id = playbooks.playbook_id
    inner join triggers
        on spells.playbook_id = triggers.playbook_id
    left join measures
        on triggers.measure_id = measures.measure_id
    inner join customers
        on spells.customer_id = customers.customer_id
    inner join money
        on spells.customer_id = money.customer_id and spells.last_month_end = money.month_end
    inner join vectors
        on spells.customer_id = vectors.customer_id and spells.last_month_end = vectors.month_end
    left join snoozes
        on spells.customer_id = snoozes.customer_id and spells.playbook_id = snoozes.playbook_id
),

final as (
    select
        customer_id,
        playbook_id,
        opened_on,
        label,
        action,
        reason,
        measure_id,
        value_at_opening,
        value,
        threshold,
        owner,
        cast(urgency as bigint) as urgency,
        due_on,
        money_kind,
        case money_kind
            when 'revenue_at_risk' then greatest(coalesce(revenue_at_risk, 0), assumed_risk)
            when 'expansion_potential' then expansion_potential
            when 'referral_potential' then referral_potential
            else arr
        end as money_at_stake,
        arr,
        case
            when is_called_for and is_in_cooldown then 'suppressed'
            when is_called_for and snoozed_to is not null then 'snoozed'
            when is_called_for then 'open'
            when is_in_cooldown then 'suppressed'
            else 'closed'
        end as status,
        case when is_called_for then snoozed_to end as snoozed_to,
        closed_on,
        close_reason,
        last_month_end > due_on as is_overdue,
        cast(
            {{ dbt.datediff('opened_on', 'seen_until', 'day') }}
            as bigint
        ) as age_days
    from actions
)

select * from final
