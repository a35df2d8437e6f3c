-- Every KPI by month and segment with its parts. A KPI is a line here and a row of the seed kpi_catalog_entries.
with revenue as (
    select * from {{ ref('int_kpi__revenue') }}
),

lifetime as (
    select * from {{ ref('int_kpi__lifetime') }}
),

support as (
    select * from {{ ref('int_kpi__support') }}
),

voice as (
    select * from {{ ref('int_kpi__voice') }}
),

communication as (
    select * from {{ ref('int_kpi__communication') }}
),

usage as (
    select * from {{ ref('int_kpi__usage') }}
),

education as (
    select * from {{ ref('int_kpi__education') }}
),

health as (
    select * from {{ ref('int_kpi__health') }}
),

service as (
    select * from {{ ref('int_kpi__service') }}
),

kpis as (
    {{ kpi_rows('revenue', [
        ('mrr', 'mrr', none, 'converted_customers', none),
        ('arr', 'arr', none, 'converted_customers', none),
        ('active_customers', 'active_customers', none, 'active_customers', none),
        ('arpu', 'mrr', 'converted_customers', 'converted_customers', none),
        ('logo_churn_rate', 'churned_customers', 'opening_customers', 'opening_customers', none),
        ('nrr', 'retained_mrr', 'opening_mrr', 'converted_opening_customers', none),
        ('grr', 'gross_retained_mrr', 'opening_mrr', 'converted_opening_customers', none),
        ('quick_ratio', 'won_mrr', 'lost_mrr', 'converted_opening_customers', none),
    ]) }}
    union all
    {{ kpi_rows('lifetime', [
        ('clv', 'lifetime_value', 'valued_customers', 'valued_customers', none),
        ('customer_roi', 'customer_gain', 'customer_cost', 'customers', none),
    ]) }}
    union all
    {{ kpi_rows('support', [
        ('fcr', 'fcr_tickets', 'fcr_base_tickets', 'fcr_base_tickets', 'fcr_provisional_tickets > 0'),
        ('one_touch_rate', 'one_touch_tickets', 'one_touch_base_tickets', 'one_touch_base_tickets', none),
        ('first_reply_minutes', 'first_reply_minutes', 'first_replied_tickets', 'first_replied_tickets', none),
        ('first_reply_business_minutes', 'first_reply_business_minutes', 'first_replied_business_tickets',
            'first_replied_business_tickets', none),
        ('full_resolution_minutes', 'full_resolution_minutes', 'full_resolved_tickets', 'full_resolved_tickets', none),
        ('happiness_score', '100 * (great_count - bad_count)', 'rated_count', 'rated_count', none),
        ('ticket_csat', 'great_count', 'rated_count', 'rated_count', none),
        ('created_tickets', 'created_tickets', none, 'created_tickets', none),
        ('backlog_tickets', 'backlog_tickets', none, 'backlog_tickets', none),
    ]) }}
    union all
    {{ kpi_rows('voice', [
        ('nps', 'nps_total', 'nps_answers', 'nps_answers', none),
        ('csat', 'csat_satisfied', 'csat_answers', 'csat_answers', none),
        ('ces_easy_share', 'ces_easy', 'ces_answers', 'ces_answers', none),
        ('ces_mean', 'ces_total', 'ces_answers', 'ces_answers', none),
        ('negative_feedback_share', 'negative_texts', 'texts', 'texts', none),
    ]) }}
    union all
    {{ kpi_rows('communication', [
        ('email_response_hours', 'our_response_seconds', '3600 * answered_by_us', 'answered_by_us', none),
        ('email_work_response_hours', 'our_work_response_seconds', '3600 * our_work_answers', 'our_work_answers', none),
        ('unanswered_email_share', 'unanswered_by_us', 'answered_by_us + unanswered_by_us',
            'answered_by_us + unanswered_by_us', none),
        ('meetings_held', 'meetings_held', none, 'meetings_held', none),
        ('coverage', 'covered_customers', 'known_customers', 'known_customers', none),
    ]) }}
    union all
    {{ kpi_rows('usage', [
        ('mau', 'mau', none, 'mau', none),
        ('stickiness', 'window_user_days', 'possible_user_days', 'mau', none),
        ('seat_utilisation', 'used_seats', 'seats', 'seats', none),
        ('core_feature_share', 'core_features_used', 'core_features_available', 'known_customers', none),
        ('mean_session_minutes', 'session_minutes', 'timed_sessions', 'timed_sessions', none),
        ('using_customer_share', 'using_customers', 'known_customers', 'known_customers', none),
    ]) }}
    union all
    {{ kpi_rows('education', [
        ('activation_rate', 'activated_customers', 'judged_customers', 'judged_customers', 'open_customers > 0'),
        ('training_attendance', 'attendees', 'registrants', 'registrants', none),
    ]) }}
    union all
    {{ kpi_rows('health', [
        ('health_score', 'score_total', 'scored_customers', 'scored_customers', none),
        ('red_customer_share', 'red_customers', 'graded_customers', 'graded_customers', none),
    ]) }}
    union all
    {{ kpi_rows('service', [
        ('uptime', 'uptime_minutes', 'watched_minutes', 'outage_count', none),
    ]) }}
),

-- a segment in which there was nothing to count says nothing
final as (
    select * from kpis where n > 0 or numerator <> 0 or segment_type = 'overall'
)

select * from final
