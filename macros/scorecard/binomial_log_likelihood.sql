{# The log likelihood of so many events among so many rows (both doubles) at their own rate; 0 where all rows are alike. #}
{% macro binomial_log_likelihood(row_count, event_count) -%}
    case
        when {{ event_count }} > 0 and {{ event_count }} < {{ row_count }}
            then {{ event_count }} * ln({{ event_count }} / ({{ row_count }}))
                + ({{ row_count }} - ({{ event_count }})) * ln(1 - {{ event_count }} / ({{ row_count }}))
        else 0
    end
{%- endmacro %}
