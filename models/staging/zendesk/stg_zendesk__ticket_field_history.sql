-- Changes of ticket fields: status, priority, assignee, group.
with source as (
    select * from {{ raw('zendesk', 'ticket_field_history') }}
),

-- the ids of agents and groups are values here
valued as (
    select
        *,
        case
            when {{ clean_text('field_name') }} like '%_id' then {{ clean_id('value') }}
            else {{ clean_text('value') }}
        end as field_value
    from source
),

typed as (
    select
        {{ clean_id('ticket_id') }} as ticket_id,
        lower({{ clean_text('field_name') }}) as field_name,
        {{ to_utc('updated') }} as updated_at,
        field_value,
        -- two changes of a field in one second are two rows; an emptied field has a value here, too
        coalesce(field_value, '') as changed_to,
        {{ clean_id('user_id') }} as user_id,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'ticket_id', none),
            ('missing_value', 'field_name', none),
            ('missing_value', 'updated', none),
            ('unparseable_date', 'updated', to_utc('updated')),
            ('future_date', 'updated', to_utc('updated')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
        ]) }}
    from valued
)

{{ with_row_status(
    'typed',
    key=['ticket_id', 'field_name', 'updated_at', 'changed_to'],
    kind='append',
    created='updated_at',
    content=['ticket_id', 'field_name', 'updated_at', 'field_value', 'user_id']
) }}
