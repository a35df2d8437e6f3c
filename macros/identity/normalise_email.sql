{#
  The address in an e-mail field, in one writing: lower case, out of 'Name <address>' and 'mailto:address?subject',
  without a '+tag', and without the dots that Gmail ignores (googlemail.com is gmail.com). Null when there is none.
#}
{% macro normalise_email(column) -%}
    {%- set sign = '[^ <>:;,()/?"@]' -%}
    {%- set text = "translate(lower(" ~ column ~ "), '[]' || chr(39), '  ')" -%}
    {%- set address = "regexp_extract(" ~ text ~ ", '" ~ sign ~ "+@" ~ sign ~ "+[.][^ <>:;,()/?\"@.]+', 0)" -%}
    {%- set address = regex_replace(address, '(.)[+].*@', '\\1@') -%}
    case
        when lower({{ column }}) like '%@gmail.com%' or lower({{ column }}) like '%@googlemail.com%'
            then replace(split_part({{ address }}, '@', 1), '.', '') || '@gmail.com'
        else nullif({{ address }}, '')
    end
{%- endmacro %}
