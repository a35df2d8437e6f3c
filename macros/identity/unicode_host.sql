{#
  A host name in one writing, whether it came in punycode ('xn--mnchen-3ya.de') or with loose accents: 'münchen.de'.
  The linter cannot read the lambda of two in it.
#}
{% macro unicode_host(host) -%}
    {{ compose_accents(decode_punycode(host)) }}
{%- endmacro %}

{# A normalised e-mail address whose host is in that writing. #}
{% macro unicode_email(email) -%}
    split_part({{ email }}, '@', 1) || '@' || {{ unicode_host("split_part(" ~ email ~ ", '@', 2)") }}
{%- endmacro %}
