{#
  A select that turns each row of a relation into one row a day or month: the given columns, then `date_at` from
  `first_date` to `last_date`, both included. For months give firsts of months; first_date after last_date gives no row.
#}
{% macro date_rows(relation, columns, first_date, last_date, unit='day') -%}
    {{ return(adapter.dispatch('date_rows', 'customer360')(relation, columns, first_date, last_date, unit)) }}
{%- endmacro %}

{% macro duckdb__date_rows(relation, columns, first_date, last_date, unit) -%}
    select
        {% for column in columns %}{{ column }}, {% endfor %}
        cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval '1 {{ unit }}')) as date) as date_at
    from {{ relation }}
{%- endmacro %}

{% macro default__date_rows(relation, columns, first_date, last_date, unit) -%}
    select
        {% for column in columns %}{{ column }}, {% endfor %}
        date_at
    from {{ relation }}
    lateral view explode(sequence({{ first_date }}, {{ last_date }}, interval 1 {{ unit }})) as date_at
    where {{ first_date }} <= {{ last_date }}
{%- endmacro %}
