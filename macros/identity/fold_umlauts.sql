{# One writing of umlauts for comparing: Mueller, Müller and Muller are 'muller' (after fold_text). #}
{% macro fold_umlauts(text) -%}
    replace(replace(replace({{ text }}, 'ae', 'a'), 'oe', 'o'), 'ue', 'u')
{%- endmacro %}
