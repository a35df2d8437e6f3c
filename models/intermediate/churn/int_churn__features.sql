-- The features of each model in the long form that scorecards are trained on. A feature more is a column more here and a
-- row more in the seed churn_features. Training rows are those whose outcome was known at the model's cut; the months
-- that a model scores begin with its cut.
{%- set numbers = [
    'tenure_months', 'mrr', 'seat_count', 'mrr_change_6m', 'failed_payments_3m', 'overdue_days', 'days_since_use',
    'active_day_share', 'mau', 'seat_utilisation', 'stickiness', 'events_per_active_user', 'core_feature_share',
    'usage_trend', 'mau_trend', 'usage_deviation', 'created_tickets_3m', 'reopened_tickets_3m', 'backlog_tickets',
    'bad_share_3m', 'nps_12m', 'csat_12m', 'ces_12m', 'emails_from_customer_3m', 'meetings_held_3m',
    'unanswered_by_us_3m', 'days_since_touch', 'champion_silent_days', 'training_attendees_12m', 'outage_minutes_3m',
] %}
{%- set texts = ['term_position', 'plan_name', 'activation'] %}
with customer_months as (
    select * from {{ ref('int_churn__customer_months') }} where not is_leaving
),

months as (
    select * from {{ ref('int_churn__months') }} where model_status = 'fitted'
),

features as (
    select * from {{ ref('churn_features') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

drawn as (
    select
        months.model_id,
        customer_months.*,
        -- customers as a whole: rows of one have one place
        count(*) over (
            partition by months.model_id
            order by {{ sha256_hex('customer_months.customer_id') }}, customer_months.customer_id
        ) as rows_drawn
    from customer_months
    inner join months
        on customer_months.outcome_known_on <= months.month_end
    where months.is_cut
),

training_rows as (
    select
        drawn.model_id,
        drawn.customer_id,
        drawn.month_end,
        {%- for column in numbers + texts %}
        drawn.{{ column }},
        {%- endfor %}
        drawn.label,
        true as is_training
    from drawn
    cross join settings
    where drawn.rows_drawn <= settings.max_training_rows
),

scored_rows as (
    select
        months.model_id,
        customer_months.customer_id,
        customer_months.month_end,
        {%- for column in numbers + texts %}
        customer_months.{{ column }},
        {%- endfor %}
        customer_months.label,
        false as is_training
    from customer_months
    inner join months
        on customer_months.month_end = months.month_end
),

unioned as (
    select * from training_rows
    union all
    select * from scored_rows
),

final as (
    select
        unioned.model_id,
        unioned.customer_id as entity_id,
        unioned.month_end as period,
        features.feature,
        -- rounded, because engines may differ in the last digit of a quotient, and edges lie on values
        round(case features.feature
            {%- for column in numbers %}
            when '{{ column }}' then cast(unioned.{{ column }} as double)
            {%- endfor %}
        end, 6) as number_value,
        case features.feature
            {%- for column in texts %}
            when '{{ column }}' then unioned.{{ column }}
            {%- endfor %}
        end as text_value,
        unioned.label,
        unioned.is_training
    from unioned
    cross join features
)

select * from final
