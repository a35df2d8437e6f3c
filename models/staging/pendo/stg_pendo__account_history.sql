-- Companies in the product, one row a version; is_current_version marks the latest one that is known.
with source as (
    select * from {{ raw('pendo', 'account_history') }}
),

typed as (
    select
        {{ clean_id('id') }} as account_id,
        {{ to_utc('last_updated_at') }} as updated_at,
        {{ clean_text('agent_name') }} as account_name,
        {{ salesforce_id('agent_salesforceaccountid') }} as crm_account_id,
        {{ to_flag('agent_is_paying') }} as is_paying,
        {{ clean_text('agent_planlevel') }} as plan_level,
        {{ to_utc('agent_creationdate') }} as created_at,
        {{ to_utc('first_visit') }} as first_visit_at,
        {{ to_utc('last_visit') }} as last_visit_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'last_updated_at', none),
            ('unparseable_date', 'last_updated_at', to_utc('last_updated_at')),
            ('future_date', 'last_updated_at', to_utc('last_updated_at')),
            ('unparseable_date', 'first_visit', to_utc('first_visit')),
            ('future_date', 'first_visit', to_utc('first_visit')),
            ('unparseable_date', 'last_visit', to_utc('last_visit')),
            ('unparseable_date', 'agent_creationdate', to_utc('agent_creationdate')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'agent_is_paying', to_flag('agent_is_paying')),
        ]) }}
    from source
),

staged as (
    {{ with_row_status(
        'typed',
        key=['account_id', 'updated_at'],
        kind='history',
        created='updated_at',
        content=['account_id', 'account_name', 'crm_account_id', 'first_visit_at', 'last_visit_at']
    ) }}
)

select
    *,
    row_status = 'used' and row_number() over (
        partition by account_id, row_status
        order by updated_at desc nulls last
    ) = 1 as is_current_version
from staged
