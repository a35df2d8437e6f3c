-- Guides in the product, one row a version; is_current_version marks the latest one that is known.
with source as (
    select * from {{ raw('pendo', 'guide_history') }}
),

typed as (
    select
        {{ clean_id('id') }} as guide_id,
        {{ to_utc('last_updated_at') }} as updated_at,
        {{ clean_text('name') }} as guide_name,
        lower({{ clean_text('state') }}) as guide_state,
        {{ to_flag('is_training') }} as is_training,
        {{ to_flag('is_multi_step') }} as is_multi_step,
        lower({{ clean_text('launch_method') }}) as launch_method,
        {{ to_utc('published_at') }} as published_at,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'last_updated_at', none),
            ('unparseable_date', 'last_updated_at', to_utc('last_updated_at')),
            ('future_date', 'last_updated_at', to_utc('last_updated_at')),
            ('unparseable_date', 'published_at', to_utc('published_at')),
            ('unparseable_date', 'created_at', to_utc('created_at')),
            ('future_date', 'created_at', to_utc('created_at')),
            ('unparseable_date', '_fivetran_synced', to_utc('_fivetran_synced')),
            ('unparseable_flag', 'is_training', to_flag('is_training')),
            ('unparseable_flag', 'is_multi_step', to_flag('is_multi_step')),
        ]) }}
    from source
),

staged as (
    {{ with_row_status(
        'typed',
        key=['guide_id', 'updated_at'],
        kind='history',
        created='updated_at',
        content=['guide_id', 'guide_name', 'guide_state', 'published_at', 'created_at']
    ) }}
)

select
    *,
    row_status = 'used' and row_number() over (
        partition by guide_id, row_status
        order by updated_at desc nulls last
    ) = 1 as is_current_version
from staged
