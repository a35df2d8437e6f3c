-- What was paid, what could not be collected and what was given back, one row each: the one answer to whether an
-- invoice was paid. A charge is a payment; what an invoice says was paid and no charge explains (a wire, a balance) is
-- one as well. What is given back is negative and names what it gives back; nothing is given back twice.
with charges as (
    select * from {{ ref('stg_stripe__charge') }} where row_status = 'used'
),

refunds as (
    select * from {{ ref('stg_stripe__refund') }} where row_status = 'used'
),

orphans as (
    select * from {{ ref('int_orphans') }} where source_system = 'stripe' and source_table in ('charge', 'refund')
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

credit_notes as (
    select * from {{ ref('int_credit_notes') }}
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
        on charges.raw_key = orphans.raw_key and orphans.source_table = 'charge'
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

linked_charges as (
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
),

charged as (
    select
        invoice_key,
        sum(amount) as amount,
        max(amount_refunded) as most_refunded
    from linked_charges
    where payment_kind = 'payment' and invoice_key is not null
    group by invoice_key
),

-- paid by wire, out of band, from a balance, below what a card can be charged
uncharged as (
    select
        invoices.invoice_key,
        invoices.source_id,
        invoices.account_key,
        invoices.currency,
        invoices.paid_amount - coalesce(charged.amount, 0) as amount,
        coalesce(invoices.paid_at, invoices.invoiced_at) as paid_at
    from invoices
    left join charged
        on invoices.invoice_key = charged.invoice_key
    where invoices.is_final and invoices.paid_amount > coalesce(charged.amount, 0)
),

refund_rows as (
    select
        {{ record_key('stripe', 'refund', 'refunds.refund_id') }} as refund_key,
        refunds.refund_id,
        linked_charges.charge_key,
        linked_charges.account_key,
        linked_charges.invoice_key,
        refunds.currency,
        refunds.amount,
        coalesce(refunds.refund_status, 'succeeded') as refund_status,
        refunds.created_at
    from refunds
    inner join linked_charges
        on refunds.charge_id = linked_charges.charge_id and linked_charges.payment_kind = 'payment'
),

refunded as (
    select
        charge_key,
        sum(amount) as amount
    from refund_rows
    where refund_status not in ('failed', 'canceled')
    group by charge_key
),

-- refunded as the charge says, beyond the refunds that there are
undated_refunds as (
    select
        linked_charges.*,
        linked_charges.amount_refunded - coalesce(refunded.amount, 0) as undated_amount
    from linked_charges
    left join refunded
        on linked_charges.charge_key = refunded.charge_key
    where
        linked_charges.payment_kind = 'payment'
        and linked_charges.amount_refunded > coalesce(refunded.amount, 0)
),

payment_days as (
    select
        invoice_key,
        min(created_at) as first_paid_at
    from (
        select
            invoice_key,
            created_at
        from linked_charges
        where payment_kind = 'payment' and invoice_key is not null
        union all
        select
            invoice_key,
            paid_at as created_at
        from uncharged
    ) as all_payments
    group by invoice_key
),

-- what was credited after the payment; before it, a credit note only lowers what is to be paid
later_credit_notes as (
    select
        credit_notes.*,
        refund_rows.refund_key is not null
        or (credit_notes.refund_key is not null and coalesce(charged.most_refunded, 0) > 0) as is_refunded
    from credit_notes
    inner join payment_days
        on credit_notes.invoice_key = payment_days.invoice_key
    left join refund_rows
        on credit_notes.refund_key = refund_rows.refund_key
    left join charged
        on credit_notes.invoice_key = charged.invoice_key
    where
        credit_notes.credit_note_type = 'post_payment'
        or (
            coalesce(credit_notes.credit_note_type, '') <> 'pre_payment'
            and credit_notes.occurred_at >= payment_days.first_paid_at
        )
),

credited as (
    select
        invoice_key,
        sum(amount) as amount,
        sum(case when is_refunded then amount else 0 end) as refunded_amount
    from later_credit_notes
    group by invoice_key
),

refunded_invoices as (
    select
        invoice_key,
        sum(amount) as amount
    from (
        select
            invoice_key,
            amount
        from refund_rows
        where refund_status = 'succeeded' and invoice_key is not null
        union all
        select
            invoice_key,
            undated_amount as amount
        from undated_refunds
        where invoice_key is not null
    ) as all_refunds
    group by invoice_key
),

-- credited as the invoice says, beyond the credit notes and refunds that there are
undated_credits as (
    select
        invoices.*,
        payment_days.first_paid_at,
        invoices.credited_amount - coalesce(credited.amount, 0)
        - greatest(coalesce(refunded_invoices.amount, 0) - coalesce(credited.refunded_amount, 0), 0) as undated_amount
    from invoices
    inner join payment_days
        on invoices.invoice_key = payment_days.invoice_key
    left join credited
        on invoices.invoice_key = credited.invoice_key
    left join refunded_invoices
        on invoices.invoice_key = refunded_invoices.invoice_key
    where invoices.credited_amount > 0
),

-- an invoice below zero goes to the balance that pays later ones: it gives back what the last one before it billed
negative_invoices as (
    select
        invoices.invoice_key as credit_key,
        invoices.source_id,
        invoices.account_key,
        invoices.currency,
        -invoices.total as amount,
        invoices.invoiced_at,
        billed.invoice_key,
        row_number() over (
            partition by invoices.invoice_key
            order by
                case when billed.subscription_key = invoices.subscription_key then 0 else 1 end asc,
                billed.invoiced_at desc,
                billed.invoice_key asc
        ) as place
    from invoices
    inner join invoices as billed
        on
            invoices.account_key = billed.account_key
            and invoices.currency = billed.currency
            and invoices.invoiced_at >= billed.invoiced_at
    where invoices.is_final and invoices.total < 0 and billed.is_final and billed.total > 0
),

unioned as (
    select
        charge_key as payment_key,
        'charge' as source_table,
        charge_id as source_id,
        account_key,
        invoice_key,
        cast(null as {{ dbt.type_string() }}) as refunded_payment_key,
        payment_kind,
        currency,
        amount,
        failure_code,
        created_at as occurred_at
    from linked_charges
    union all
    select
        invoice_key as payment_key,
        'invoice' as source_table,
        source_id,
        account_key,
        invoice_key,
        cast(null as {{ dbt.type_string() }}) as refunded_payment_key,
        'payment' as payment_kind,
        currency,
        amount,
        cast(null as {{ dbt.type_string() }}) as failure_code,
        paid_at as occurred_at
    from uncharged
    union all
    select
        refund_key as payment_key,
        'refund' as source_table,
        refund_id as source_id,
        account_key,
        invoice_key,
        charge_key as refunded_payment_key,
        'refund' as payment_kind,
        currency,
        -amount as amount,
        cast(null as {{ dbt.type_string() }}) as failure_code,
        created_at as occurred_at
    from refund_rows
    where refund_status = 'succeeded'
    union all
    select
        charge_key || '/refunded' as payment_key,
        'charge' as source_table,
        charge_id as source_id,
        account_key,
        invoice_key,
        charge_key as refunded_payment_key,
        'refund' as payment_kind,
        currency,
        -undated_amount as amount,
        cast(null as {{ dbt.type_string() }}) as failure_code,
        created_at as occurred_at
    from undated_refunds
    union all
    select
        credit_note_key as payment_key,
        'credit_note' as source_table,
        source_id,
        account_key,
        invoice_key,
        cast(null as {{ dbt.type_string() }}) as refunded_payment_key,
        'credit' as payment_kind,
        currency,
        -amount as amount,
        cast(null as {{ dbt.type_string() }}) as failure_code,
        occurred_at
    from later_credit_notes
    where not is_refunded
    union all
    select
        invoice_key || '/credited' as payment_key,
        'invoice' as source_table,
        source_id,
        account_key,
        invoice_key,
        cast(null as {{ dbt.type_string() }}) as refunded_payment_key,
        'credit' as payment_kind,
        currency,
        -undated_amount as amount,
        cast(null as {{ dbt.type_string() }}) as failure_code,
        first_paid_at as occurred_at
    from undated_credits
    where undated_amount > 0
    union all
    select
        credit_key || '/balance' as payment_key,
        'invoice' as source_table,
        source_id,
        account_key,
        invoice_key,
        cast(null as {{ dbt.type_string() }}) as refunded_payment_key,
        'credit' as payment_kind,
        currency,
        -amount as amount,
        cast(null as {{ dbt.type_string() }}) as failure_code,
        invoiced_at as occurred_at
    from negative_invoices
    where place = 1
),

final as (
    select
        payment_key,
        'stripe' as source_system,
        source_table,
        source_id,
        account_key,
        invoice_key,
        refunded_payment_key,
        payment_kind,
        currency,
        cast(amount as decimal(18, 4)) as amount,
        failure_code,
        occurred_at
    from unioned
)

select * from final
