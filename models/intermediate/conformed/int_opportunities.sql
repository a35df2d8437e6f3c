-- Deals. A deal counts as closed only once its close date is past: until then its later outcome is not known. One that
-- was deleted before that was never closed.
with opportunities as (
    select
        *,
        row_status = 'deleted' as is_gone,
        close_date <= {{ as_of_date() }}
        and (
            row_status = 'used' or coalesce(close_date <= {{ to_reporting_date('deleted_at') }}, true)
        ) as is_past
    from {{ ref('stg_salesforce__opportunity') }}
    where {{ happened('created_at') }}
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'salesforce' and source_table = 'opportunity'
),

final as (
    select
        {{ record_key('salesforce', 'opportunity', 'opportunities.opportunity_id') }} as opportunity_key,
        'salesforce' as source_system,
        opportunities.opportunity_id as source_id,
        {{ record_key('salesforce', 'account', 'opportunities.account_id') }} as account_key,
        {{ record_key('salesforce', 'user', 'opportunities.owner_user_id') }} as owner_key,
        opportunities.opportunity_name,
        opportunities.opportunity_type,
        opportunities.stage_name,
        opportunities.amount,
        opportunities.currency,
        opportunities.probability,
        opportunities.created_at,
        opportunities.close_date,
        coalesce(opportunities.is_closed, false) and opportunities.is_past as is_closed,
        coalesce(opportunities.is_won, false) and opportunities.is_past as is_won,
        opportunities.is_gone as is_deleted
    from opportunities
    left join orphans
        on opportunities.raw_key = orphans.raw_key
    where orphans.raw_key is null
)

select * from final
