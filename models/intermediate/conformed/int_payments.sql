-- Payment attempts and refunds, one row each; a refund's amount is negative, and it names the payment it gives back.
with charges as (
    select * from {{ ref('stg_stripe__charge') }} where row_status = 'used'
),

refunds as (
    select * from {{ ref('stg_stripe__refund') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'stripe' and source_table in ('charge', 'refund')
),

known_charges as (
    select charges.*
    from charges
    left join orphans
        on charges.raw_key = orphans.raw_key and orphans.source_table = 'charge'
    where orphans.raw_key is null
),

unioned as (
    select
        {{ record_key('stripe', 'charge', 'charge_id') }} as payment_key,
        'stripe' as source_system,
        'charge' as source_table,
        charge_id as source_id,
        {{ record_key('stripe', 'customer', 'stripe_customer_id') }} as account_key,
        {{ record_key('stripe', 'invoice', 'invoice_id') }} as invoice_key,
        cast(null as {{ dbt.type_string() }}) as refunded_payment_key,
        case when charge_status = 'succeeded' then 'payment' else 'failed_payment' end as payment_kind,
        currency,
        amount,
        failure_code,
        created_at as occurred_at
    from known_charges
    where charge_status in ('succeeded', 'failed') and amount > 0
    union all
    select
        {{ record_key('stripe', 'refund', 'refunds.refund_id') }} as payment_key,
        'stripe' as source_system,
        'refund' as source_table,
        refunds.refund_id as source_id,
        {{ record_key('stripe', 'customer', 'known_charges.stripe_customer_id') }} as account_key,
        {{ record_key('stripe', 'invoice', 'known_charges.invoice_id') }} as invoice_key,
        {{ record_key('stripe', 'charge', 'refunds.charge_id') }} as refunded_payment_key,
        'refund' as payment_kind,
        refunds.currency,
        -refunds.amount as amount,
        cast(null as {{ dbt.type_string() }}) as failure_code,
        refunds.created_at as occurred_at
    from refunds
    inner join known_charges
        on refunds.charge_id = known_charges.charge_id and known_charges.charge_status = 'succeeded'
    where coalesce(refunds.refund_status, 'succeeded') = 'succeeded'
)

select * from unioned
