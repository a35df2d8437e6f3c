{#
  What the models of one-off purchases know of a customer (Fader, Hardie and Lee 2005): purchases of one day are one.

  purchases  relation or CTE with customer_id, purchase_date and amount
  last_date  the last day that is known, as SQL

  Gives customer_id, first_purchase_date, last_purchase_date, frequency (x: days with a purchase after the first),
  recency_weeks (t_x: weeks from the first to the last), age_weeks (T: weeks from the first to last_date) and
  mean_repeat_spend (amount a day, the first day left out; null without a repeat, or where an amount is).
#}
{% macro purchase_summary(purchases, last_date) %}
    with purchase_days as (
        select
            customer_id,
            purchase_date,
            case when count(*) = count(amount) then sum(amount) end as amount
        from {{ purchases }}
        where purchase_date <= {{ last_date }}
        group by customer_id, purchase_date
    ),

    dated_days as (
        select
            *,
            min(purchase_date) over (partition by customer_id) as first_purchase_date
        from purchase_days
    ),

    totals as (
        select
            customer_id,
            first_purchase_date,
            max(purchase_date) as last_purchase_date,
            count(*) - 1 as frequency,
            case
                when count(*) = count(case when purchase_date > first_purchase_date then amount else 0 end)
                    then sum(case when purchase_date > first_purchase_date then amount else 0 end)
            end as repeat_amount
        from dated_days
        group by customer_id, first_purchase_date
    )

    select
        customer_id,
        first_purchase_date,
        last_purchase_date,
        frequency,
        {{ dbt.datediff('first_purchase_date', 'last_purchase_date', 'day') }} / cast(7 as double) as recency_weeks,
        {{ dbt.datediff('first_purchase_date', last_date, 'day') }} / cast(7 as double) as age_weeks,
        case when frequency > 0 then cast(repeat_amount as double) / frequency end as mean_repeat_spend
    from totals
{% endmacro %}
