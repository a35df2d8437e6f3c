-- What vectors and playbooks go by: the measures of health, and a few facts beside them, one row a value that is known.
with health_values as (
    select * from {{ ref('int_health__values') }}
),

customers as (
    select * from {{ ref('int_health__customers') }}
),

health as (
    select * from {{ ref('health_history') }}
),

risk as (
    select * from {{ ref('churn_risk_months') }}
),

notices as (
    select * from {{ ref('churn_risk_months') }} where leaves_on is not null
),

customer_months as (
    select
        customer_months.*
    from {{ ref('customer_months') }} as customer_months
    inner join customers
        on customer_months.customer_id = customers.customer_id and customer_months.month_end = customers.month_end
),

signals as (
    select
        customer_id,
        month_end,
        measure_id,
        value
    from health_values
    {% for relation, measure_id, value in [
        ('health', 'score', 'score'),
        ('health', 'score_change_1m', 'score_change_1m'),
        ('health', 'score_change_3m', 'score_change_3m'),
        ('risk', 'churn_probability', 'probability'),
        ('notices', 'days_to_leave', dbt.datediff('month_end', 'leaves_on', 'day')),
        ('customer_months', 'days_to_term_end', 'days_to_term_end'),
        ('customer_months', 'term_months', 'term_months'),
        ('customer_months', 'tenure_months', 'tenure_months'),
        ('customer_months', 'waiting_for_us', 'waiting_for_us'),
        ('customer_months', 'nps_3m', 'nps_total_3m / cast(nullif(nps_answers_3m, 0) as double)'),
    ] -%}
    union all
    select
        customer_id,
        month_end,
        '{{ measure_id }}' as measure_id,
        cast({{ value }} as double) as value
    from {{ relation }}
    where {{ value }} is not null
    {% endfor %}
),

final as (
    select
        customer_id,
        month_end,
        {{ month_number('month_end') }} as month_number,
        measure_id,
        value
    from signals
)

select * from final
