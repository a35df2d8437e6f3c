{#
  A tax number as lower-case letters and digits, without the country code in front (Greece writes EL, its ISO code is
  gr), so that 'DE 123 456 789' and '123456789' of Germany are one. Null for fewer than 5 signs, or zeros alone.
#}
{% macro normalise_tax_id(column, country) -%}
    {%- set text = regex_replace("lower(" ~ column ~ ")", '[^a-z0-9]', '') -%}
    {%- set bare -%}
        case
            when substr({{ text }}, 1, 2) = {{ country }} then substr({{ text }}, 3)
            when {{ text }} like 'el%' and {{ country }} = 'gr' then substr({{ text }}, 3)
            else {{ text }}
        end
    {%- endset -%}
    nullif({{ regex_replace(bare, '^(.{0,4}|0+)$', '') }}, '')
{%- endmacro %}
