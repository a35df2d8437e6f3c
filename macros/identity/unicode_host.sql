{# A host name in one writing, whether it came in punycode ('xn--mnchen-3ya.de') or with loose accents: 'münchen.de'. The linter cannot read a lambda of two. #}
{% macro unicode_host(host) -%}
    {{ compose_accents(decode_punycode(host)) }}
{%- endmacro %}
