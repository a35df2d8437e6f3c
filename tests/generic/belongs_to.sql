{# Every value of the column that is not null stands in `field` of the relation `to`. #}
{% test belongs_to(model, column_name, to, field) %}
    select children.{{ column_name }}
    from {{ model }} as children
    left join {{ to }} as parents
        on children.{{ column_name }} = parents.{{ field }}
    where children.{{ column_name }} is not null and parents.{{ field }} is null
{% endtest %}
