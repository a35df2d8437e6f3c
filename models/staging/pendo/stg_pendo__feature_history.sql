-- Features that are tracked, one row a version; is_current_version marks the latest one that is known.
with source as (
    select * from {{ raw('pendo', 'feature_history') }}
),

typed as (
    select
        {{ clean_id('id') }} as feature_id,
        {{ to_utc('last_updated_at') }} as updated_at,
        {{ clean_text('name') }} as feature_name,
        {{ clean_id('app_id') }} as app_id,
        {{ to_flag('is_core_event') }} as is_core_feature,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'last_updated_at', none),
            ('unparseable_date', 'last_updated_at', to_utc('last_updated_at')),
            ('future_date', 'last_updated_at', to_utc('last_updated_at')),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'is_core_event', to_flag('is_core_event')),
        ]) }}
    from source
),

staged as (
    {{ with_row_status(
        'typed',
        key=['feature_id', 'updated_at'],
        kind='history',
        created='updated_at',
        content=['feature_id', 'feature_name', 'is_core_feature', 'created_at']
    ) }}
)

select
    *,
    row_status = 'used' and row_number() over (
        partition by feature_id, row_status
        order by updated_at desc nulls last
    ) = 1 as is_current_version
from staged
