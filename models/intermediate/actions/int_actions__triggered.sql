-- The playbooks that a customer's month calls for: all their triggers are met. One is superseded where the
-- playbook that says more is called for as well.
with signals as (
    select
        customer_id,
        month_end,
        month_number,
        measure_id,
        value
    from {{ ref('int_actions__signals') }}
    union all
    select
        customer_id,
        month_end,
        month_number,
        'negative_weight' as measure_id,
        cast(negative_weight as double) as value
    from {{ ref('int_actions__vector_months') }}
    union all
    select
        customer_id,
        month_end,
        month_number,
        'net_weight' as measure_id,
        cast(net_weight as double) as value
    from {{ ref('int_actions__vector_months') }}
),

triggers as (
    select
        *,
        count(*) over (partition by playbook_id) as trigger_count
    from {{ ref('playbook_triggers') }}
),

playbooks as (
    select * from {{ ref('playbooks') }}
),

-- the day on which a count of days passed the threshold; else the month began
met as (
    select
        signals.customer_id,
        signals.month_end,
        signals.month_number,
        triggers.playbook_id,
        triggers.trigger_count,
        triggers.is_main,
        signals.value,
        triggers.dated_by,
        case triggers.dated_by
            when 'counts_up' then signals.value - triggers.threshold
            when 'counts_down' then triggers.threshold - signals.value
        end as days_ago
    from signals
    inner join triggers
        on signals.measure_id = triggers.measure_id
    where {{ meets_threshold('signals.value', 'triggers.comparison', 'triggers.threshold') }}
),

called as (
    select
        customer_id,
        month_end,
        month_number,
        playbook_id,
        max(case when is_main then value end) as value,
        max(case when is_main then dated_by end) as dated_by,
        max(case when is_main then days_ago end) as days_ago
    from met
    group by customer_id, month_end, month_number, playbook_id
    having count(*) = max(trigger_count)
),

final as (
    select
        called.customer_id,
        called.month_end,
        called.month_number,
        called.playbook_id,
        called.value,
        called.dated_by,
        greatest(
            cast({{ dbt.date_trunc('month', 'called.month_end') }} as date),
            cast({{ before(
                'cast(called.month_end as timestamp)',
                0,
                'coalesce(called.days_ago, extract(day from called.month_end))',
            ) }} as date)
        ) as triggered_on,
        before_it.playbook_id is not null as is_superseded
    from called
    inner join playbooks
        on called.playbook_id = playbooks.playbook_id
    left join called as before_it
        on
            called.customer_id = before_it.customer_id
            and called.month_end = before_it.month_end
            and playbooks.suppressed_by = before_it.playbook_id
)

select * from final
