-- Each day from the first day of data to as_of_date: the days that metrics are asked for.
{%- set instants = [
    ('int_accounts', 'created_at'), ('int_people', 'created_at'), ('int_opportunities', 'created_at'),
    ('int_subscriptions', 'started_at'), ('int_invoice_lines', 'period_start_at'), ('int_tickets', 'opened_at'),
    ('int_emails', 'sent_at'), ('int_activities', 'occurred_at'), ('int_survey_responses', 'responded_at'),
] %}
with instants as (
    {% for model, column in instants -%}
    select min({{ column }}) as first_at from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

spans as (
    select
        {{ to_reporting_date('min(first_at)') }} as first_date,
        {{ as_of_date() }} as last_date
    from instants
),

final as (
    {{ date_rows('spans', [], 'first_date', 'last_date') }}
)

select * from final
