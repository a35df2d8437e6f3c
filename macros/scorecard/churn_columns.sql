{#
  The columns of int_churn__customer_months that are features of churn risk: (numbers, texts). Each has a row in the seed
  churn_features, which says how it is put into words and may leave it out.
#}
{% macro churn_columns() -%}
    {%- set numbers = [
        'tenure_months', 'mrr', 'seat_count', 'mrr_change_6m', 'failed_payments_3m', 'overdue_days', 'days_since_use',
        'active_day_share', 'mau', 'seat_utilisation', 'stickiness', 'events_per_active_user', 'core_feature_share',
        'usage_trend', 'mau_trend', 'usage_deviation', 'created_tickets_3m', 'reopened_tickets_3m', 'backlog_tickets',
        'bad_share_3m', 'nps_12m', 'csat_12m', 'ces_12m', 'emails_from_customer_3m', 'meetings_held_3m',
        'unanswered_by_us_3m', 'days_since_touch', 'champion_silent_days', 'training_attendees_12m', 'outage_minutes_3m',
    ] -%}
    {{ return((numbers, ['term_position', 'plan_name', 'activation'])) }}
{%- endmacro %}
