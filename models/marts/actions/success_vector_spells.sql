-- Every unbroken time with one vector, and what became of its target.
with spells as (
    select * from {{ ref('int_actions__vector_spells') }}
),

money as (
    select * from {{ ref('int_actions__money') }}
),

final as (
    select
        spells.customer_id,
        spells.since_month_end,
        spells.vector,
        spells.until_month_end,
        spells.months,
        spells.is_current,
        spells.should_turn_by,
        spells.turned_on,
        spells.next_vector,
        spells.outcome,
        at_start.arr as arr_at_start,
        at_start.expansion_potential as expansion_potential_at_start,
        at_end.arr as arr_at_end
    from spells
    inner join money as at_start
        on spells.customer_id = at_start.customer_id and spells.since_month_end = at_start.month_end
    inner join money as at_end
        on spells.customer_id = at_end.customer_id and spells.until_month_end = at_end.month_end
)

select * from final
