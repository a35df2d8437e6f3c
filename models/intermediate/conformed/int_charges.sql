-- Charges that came through or failed, with the invoice that they pay and what they say was refunded.
with charges as (
    select * from {{ ref('stg_stripe__charge') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'stripe' and source_table = 'charge'
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

-- a charge that is not captured is a hold on a card, no payment
known_charges as (
    select
        {{ record_key('stripe', 'charge', 'charges.charge_id') }} as charge_key,
        charges.charge_id,
        coalesce(
            {{ record_key('stripe', 'customer', 'charges.stripe_customer_id') }}, invoices.account_key
        ) as account_key,
        {{ record_key('stripe', 'invoice', 'charges.invoice_id') }} as invoice_key,
        case
            when charges.charge_status = 'failed' then 'failed_payment'
            when charges.charge_status = 'succeeded' and coalesce(charges.is_captured, true) then 'payment'
        end as payment_kind,
        charges.currency,
        charges.amount,
        charges.failure_code,
        charges.created_at,
        -- the charge says how much was refunded, not when: believed of a row delivered by as_of_date
        case
            when not coalesce(charges.delivered_at < {{ as_of_end() }}, true) then 0
            when charges.is_refunded then charges.amount
            else least(coalesce(charges.amount_refunded, 0), charges.amount)
        end as amount_refunded
    from charges
    left join orphans
        on charges.raw_key = orphans.raw_key
    left join invoices
        on {{ record_key('stripe', 'invoice', 'charges.invoice_id') }} = invoices.invoice_key
    where orphans.raw_key is null and charges.amount > 0
),

charged_invoices as (
    select distinct invoice_key from known_charges where payment_kind = 'payment' and invoice_key is not null
),

-- since 2025 a charge no longer names its invoice: it is that of its customer that was paid with as much, within a day
paid_invoices as (
    select
        invoices.invoice_key,
        invoices.account_key,
        invoices.currency,
        invoices.paid_at,
        coalesce(invoices.amount_paid, invoices.paid_amount) as amount,
        cast(invoices.paid_at as date) as paid_date
    from invoices
    left join charged_invoices
        on invoices.invoice_key = charged_invoices.invoice_key
    where invoices.paid_at is not null and charged_invoices.invoice_key is null
),

-- by day, so that nobody's bills are all compared with each other
days_around as (
    {{ whole_numbers(3) }}
),

unlinked_charges as (
    select
        known_charges.*,
        cast({{ dbt.dateadd('day', 'cast(days_around.number - 1 as int)', 'known_charges.created_at') }} as date)
            as near_date
    from known_charges
    cross join days_around
    where known_charges.payment_kind = 'payment' and known_charges.invoice_key is null
),

nearest_invoices as (
    select
        charges.charge_key,
        invoices.invoice_key,
        row_number() over (
            partition by charges.charge_key
            order by abs({{ seconds_between('invoices.paid_at', 'charges.created_at') }}), invoices.invoice_key
        ) as place_of_invoice,
        row_number() over (
            partition by invoices.invoice_key
            order by abs({{ seconds_between('invoices.paid_at', 'charges.created_at') }}), charges.charge_key
        ) as place_of_charge
    from unlinked_charges as charges
    inner join paid_invoices as invoices
        on
            charges.account_key = invoices.account_key
            and charges.currency = invoices.currency
            and charges.amount = invoices.amount
            and charges.near_date = invoices.paid_date
    where abs({{ seconds_between('invoices.paid_at', 'charges.created_at') }}) <= 86400
),

final as (
    select
        known_charges.charge_key,
        known_charges.charge_id,
        known_charges.account_key,
        coalesce(known_charges.invoice_key, nearest_invoices.invoice_key) as invoice_key,
        known_charges.payment_kind,
        known_charges.currency,
        known_charges.amount,
        known_charges.failure_code,
        known_charges.created_at,
        known_charges.amount_refunded
    from known_charges
    left join nearest_invoices
        on
            known_charges.charge_key = nearest_invoices.charge_key
            and nearest_invoices.place_of_invoice = 1
            and nearest_invoices.place_of_charge = 1
    where known_charges.payment_kind is not null
)

select * from final
