{# The condition holds for every row; a condition that is null counts as a failure. #}
{% test is_true_for_all(model, condition, column_name=none) %}
    select *
    from {{ model }}
    where coalesce(not ({{ condition }}), true)
{% endtest %}
