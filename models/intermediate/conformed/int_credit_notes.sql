-- Credit notes that stand on as_of_date.
with credit_notes as (
    select * from {{ ref('stg_stripe__credit_note') }} where row_status = 'used'
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

final as (
    select
        {{ record_key('stripe', 'credit_note', 'credit_notes.credit_note_id') }} as credit_note_key,
        'stripe' as source_system,
        credit_notes.credit_note_id as source_id,
        invoices.account_key,
        invoices.invoice_key,
        credit_notes.currency,
        credit_notes.amount,
        credit_notes.credit_note_reason as reason,
        credit_notes.credit_note_type,
        {{ record_key('stripe', 'refund', 'credit_notes.refund_id') }} as refund_key,
        credit_notes.created_at as occurred_at
    from credit_notes
    inner join invoices
        on {{ record_key('stripe', 'invoice', 'credit_notes.invoice_id') }} = invoices.invoice_key
    where credit_notes.voided_at is null or credit_notes.voided_at >= {{ as_of_end() }}
)

select * from final
