-- What is sold.
with source as (
    select * from {{ raw('stripe', 'product') }}
),

typed as (
    select
        {{ clean_id('id') }} as product_id,
        {{ clean_text('name') }} as product_name,
        lower({{ clean_text('type') }}) as product_type,
        {{ clean_text('description') }} as description,
        {{ to_flag('active') }} as is_active,
        {{ to_utc('created') }} as created_at,
        {{ is_true('is_deleted') }} as is_deleted,
        {{ to_utc('_fivetran_synced') }} as deleted_at,
        {{ to_utc('_fivetran_synced') }} as delivered_at,
        {{ is_false('livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'id', none),
            ('missing_value', 'name', none),
            ('unparseable_date', 'created', to_utc('created')),
            ('future_date', 'created', to_utc('created')),
            ('unparseable_flag', 'active', to_flag('active')),
            ('unparseable_flag', 'is_deleted', to_flag('is_deleted')),
            ('unparseable_flag', 'livemode', to_flag('livemode')),
        ]) }}
    from source
)

{{ with_row_status(
    'typed',
    key=['product_id'],
    kind='upsert',
    created='created_at',
    content=['product_name', 'product_type', 'description', 'is_active', 'created_at', 'is_deleted'],
    has_deletes=true,
    has_test_mode=true
) }}
