-- Changes of ticket fields, those of one field in one instant in an order. The help desk gives them none: its times are
-- seconds. A change goes from something to something else, so what the field was before cannot come first; of statuses
-- the later one in a ticket's life is the later one.
with field_changes as (
    select
        *,
        case lower(field_value)
            when 'new' then 1
            when 'open' then 2
            when 'pending' then 3
            when 'hold' then 4
            when 'solved' then 5
            when 'closed' then 6
            else 0
        end as value_rank
    from {{ ref('stg_zendesk__ticket_field_history') }}
    where row_status = 'used'
),

tied as (
    select
        ticket_id,
        field_name,
        updated_at
    from field_changes
    group by ticket_id, field_name, updated_at
    having count(*) > 1
),

before_ties as (
    select
        tied.ticket_id,
        tied.field_name,
        tied.updated_at,
        earlier.changed_to,
        row_number() over (
            partition by tied.ticket_id, tied.field_name, tied.updated_at
            order by earlier.updated_at desc, earlier.value_rank desc, earlier.changed_to desc
        ) as recency
    from tied
    inner join field_changes as earlier
        on
            tied.ticket_id = earlier.ticket_id
            and tied.field_name = earlier.field_name
            and tied.updated_at > earlier.updated_at
),

final as (
    select
        field_changes.ticket_id,
        field_changes.raw_key,
        field_changes.field_name,
        field_changes.field_value,
        field_changes.user_id,
        field_changes.updated_at,
        row_number() over (
            partition by field_changes.ticket_id, field_changes.field_name, field_changes.updated_at
            order by
                case when field_changes.changed_to = before_ties.changed_to then 1 else 0 end asc,
                field_changes.value_rank asc,
                length(field_changes.changed_to) asc,
                field_changes.changed_to asc
        ) as order_in_instant
    from field_changes
    left join before_ties
        on
            field_changes.ticket_id = before_ties.ticket_id
            and field_changes.field_name = before_ties.field_name
            and field_changes.updated_at = before_ties.updated_at
            and before_ties.recency = 1
)

select * from final
