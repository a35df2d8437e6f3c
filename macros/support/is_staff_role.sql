{# Whether a role of the help desk is one of those who answer. Custom roles (light agents among them) are, too. #}
{% macro is_staff_role(role) -%}
    coalesce({{ role }} not in ('end-user', 'end_user', 'end user', 'not set'), false)
{%- endmacro %}
