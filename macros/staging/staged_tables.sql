{# Every raw table that has a staging model, as (tool, table). A new tool adds its tables here. #}
{% macro staged_tables() -%}
    {{ return([
        ('salesforce', ['account', 'contact', 'opportunity', 'user', 'task', 'event', 'email_message']),
        ('stripe', [
            'customer', 'product', 'plan', 'price', 'subscription', 'subscription_history', 'subscription_item', 'invoice',
            'invoice_line_item', 'charge', 'refund', 'coupon', 'discount', 'credit_note'
        ]),
        ('zendesk', [
            'organization', 'domain_name', 'user', 'ticket', 'ticket_comment', 'ticket_field_history', 'schedule',
            'schedule_holiday', 'satisfaction_rating', 'ticket_schedule', 'time_zone', 'daylight_time', 'audit_log'
        ]),
        ('wootric', ['responses', 'declines', 'end_users']),
        ('pendo', [
            'account_history', 'visitor_history', 'event', 'feature_history', 'feature_event', 'guide_history', 'guide_event'
        ]),
        ('training', ['session', 'registration']),
        ('status', ['component', 'incident', 'incident_customer']),
    ]) }}
{%- endmacro %}
