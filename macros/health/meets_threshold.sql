{# Whether a value meets a rule's threshold; comparison is at_least or at_most. Null where the value is not known. #}
{% macro meets_threshold(value, comparison, threshold) -%}
    (case {{ comparison }} when 'at_least' then {{ value }} >= {{ threshold }} when 'at_most' then {{ value }} <= {{ threshold }} end)
{%- endmacro %}
