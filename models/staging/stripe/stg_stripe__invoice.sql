-- Invoices with amounts in major units.
with source as (
    select * from {{ raw('stripe', 'invoice') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        {{ clean_id('source.id') }} as invoice_id,
        {{ clean_id('source.customer_id') }} as stripe_customer_id,
        {{ clean_id('source.subscription_id') }} as subscription_id,
        {{ clean_text('source.number') }} as invoice_number,
        lower({{ clean_text('source.status') }}) as invoice_status,
        currencies.currency,
        {{ to_utc('source.created') }} as created_at,
        {{ to_utc('source.due_date') }} as due_at,
        {{ to_utc('source.period_start') }} as period_start_at,
        {{ to_utc('source.period_end') }} as period_end_at,
        {{ to_major_units('source.amount_due') }} as amount_due,
        {{ to_major_units('source.amount_paid') }} as amount_paid,
        {{ to_major_units('source.amount_remaining') }} as amount_remaining,
        {{ to_major_units('source.subtotal') }} as subtotal,
        {{ to_major_units('source.tax') }} as tax,
        {{ to_major_units('source.total') }} as total,
        lower({{ clean_text('source.billing_reason') }}) as billing_reason,
        {{ to_flag('source.paid') }} as is_paid,
        {{ to_utc('source.status_transitions_paid_at') }} as paid_at,
        {{ to_integer('source.attempt_count') }} as attempt_count,
        {{ to_major_units('source.pre_payment_credit_notes_amount') }} as pre_payment_credit_amount,
        {{ to_major_units('source.post_payment_credit_notes_amount') }} as post_payment_credit_amount,
        {{ is_true('source.is_deleted') }} as is_deleted,
        {{ to_utc('source._fivetran_synced') }} as deleted_at,
        {{ to_utc('source._fivetran_synced') }} as delivered_at,
        {{ is_false('source.livemode') }} as is_test_mode,
        {{ reject_checks([
            ('missing_id', 'source.id', none),
            ('missing_value', 'source.customer_id', none),
            ('missing_value', 'source.status', none),
            ('missing_value', 'source.currency', none),
            ('unknown_currency', 'source.currency', 'currencies.currency'),
            ('missing_value', 'source.created', none),
            ('unparseable_date', 'source.created', to_utc('source.created')),
            ('future_date', 'source.created', to_utc('source.created')),
            ('unparseable_date', 'source.due_date', to_utc('source.due_date')),
            (
                'unparseable_date', 'source.status_transitions_paid_at',
                to_utc('source.status_transitions_paid_at')
            ),
            ('unparseable_date', 'source.period_start', to_utc('source.period_start')),
            ('unparseable_date', 'source.period_end', to_utc('source.period_end')),
            ('unparseable_amount', 'source.amount_due', to_integer('source.amount_due')),
            ('unparseable_amount', 'source.amount_paid', to_integer('source.amount_paid')),
            ('unparseable_amount', 'source.amount_remaining', to_integer('source.amount_remaining')),
            ('unparseable_amount', 'source.subtotal', to_integer('source.subtotal')),
            ('unparseable_amount', 'source.tax', to_integer('source.tax')),
            ('unparseable_amount', 'source.total', to_integer('source.total')),
            (
                'unparseable_amount', 'source.pre_payment_credit_notes_amount',
                to_integer('source.pre_payment_credit_notes_amount')
            ),
            (
                'unparseable_amount', 'source.post_payment_credit_notes_amount',
                to_integer('source.post_payment_credit_notes_amount')
            ),
            ('unparseable_number', 'source.attempt_count', to_integer('source.attempt_count')),
            ('unparseable_flag', 'source.paid', to_flag('source.paid')),
            ('unparseable_flag', 'source.is_deleted', to_flag('source.is_deleted')),
            ('unparseable_flag', 'source.livemode', to_flag('source.livemode')),
        ]) }}
    from source
    left join currencies
        on lower({{ clean_text('source.currency') }}) = currencies.currency
)

{{ with_row_status(
    'typed',
    key=['invoice_id'],
    kind='upsert',
    created='created_at',
    content=[
        'stripe_customer_id', 'subscription_id', 'invoice_number', 'invoice_status', 'currency', 'created_at', 'due_at',
        'period_start_at', 'period_end_at', 'amount_due', 'amount_paid', 'amount_remaining', 'subtotal', 'tax', 'total',
        'billing_reason', 'is_paid', 'paid_at', 'attempt_count', 'pre_payment_credit_amount',
        'post_payment_credit_amount', 'is_deleted',
    ],
    has_deletes=true,
    has_test_mode=true
) }}
