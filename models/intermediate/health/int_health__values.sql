-- What there is to measure of a customer at a month end, one row a measure that is known: a measure of health_rules is
-- a line here and a row of the seed health_measure_catalog.
{% set measures = {
    'seat_utilisation': 'seat_utilisation',
    'days_since_use': 'days_since_use',
    'usage_trend': 'usage_trend',
    'core_feature_share': 'core_feature_share',
    'active_day_share': 'active_day_share',
    'champion_silent_days': 'champion_silent_days',
    'days_since_touch': 'days_since_touch',
    'meetings_held_3m': 'meetings_held_3m',
    'unanswered_by_us_3m': 'unanswered_by_us_3m',
    'backlog_tickets': 'backlog_tickets',
    'reopened_tickets_3m': 'reopened_tickets_3m',
    'created_tickets_3m': 'created_tickets_3m',
    'outage_minutes_3m': 'outage_minutes_3m',
    'nps_12m': 'cast(nps_total_12m as double) / nullif(nps_answers_12m, 0)',
    'csat_12m': 'cast(csat_satisfied_12m as double) / nullif(csat_answers_12m, 0)',
    'ces_12m': 'cast(ces_total_12m as double) / nullif(ces_answers_12m, 0)',
    'bad_rating_share_3m': 'cast(bad_count_3m as double) / nullif(rated_count_3m, 0)',
    'overdue_days': 'case when is_active is not null then coalesce(overdue_days, 0) end',
    'failed_payments_3m': 'failed_payments_3m',
    'mrr_change_6m': 'mrr_change_6m',
    'is_activated': 'case when is_activated then 1 when not is_activated then 0 end',
    'training_attendees_12m': 'training_attendees_12m',
} %}
{% set measured_on = {'nps_12m': 'last_nps_month', 'csat_12m': 'last_csat_month', 'ces_12m': 'last_ces_month'} %}
with customer_months as (
    select * from {{ ref('customer_months') }}
),

scored as (
    select
        customer_id,
        month_end
    from {{ ref('int_health__customers') }}
),

months as (
    select customer_months.*
    from customer_months
    inner join scored
        on customer_months.customer_id = scored.customer_id and customer_months.month_end = scored.month_end
),

measured as (
    {% for measure_id, value in measures.items() -%}
    select
        customer_id,
        month_end,
        '{{ measure_id }}' as measure_id,
        cast({{ value }} as double) as value,
        {{ measured_on.get(measure_id, 'month_end') }} as measured_on
    from months
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        customer_id,
        month_end,
        measure_id,
        -- both sides of a threshold are decimals, and engines differ in the last digit of a ratio
        round(value, 9) as value,
        measured_on
    from measured
    where value is not null
)

select * from final
