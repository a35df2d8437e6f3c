{#
  The host in a web address, a bare domain or an e-mail address, lower case, without scheme, user, 'www.', port, path
  and trailing dot. Null for what is no host name (no dot, an IP address, 'n/a'). unicode_host() gives an
  internationalised name one writing, int_identity__domains cuts it to the part that a company registers.
#}
{% macro host_name(column) -%}
    {%- set label = '[^ ./?#:,;<>()@"]+' -%}
    {%- set text = "translate(lower(trim(" ~ column ~ ")), '[]' || chr(39), '')" -%}
    {%- set text = regex_replace(text, '^(([a-z]+:)?//|mailto:)+', '') -%}
    {%- set text = regex_replace(text, '^([^/?#@]*@)?(www[0-9]*[.])?', '') -%}
    nullif(regexp_extract({{ text }}, '^({{ label }}[.])+[^ ./?#:,;<>()@"0-9]{{ label }}', 0), '')
{%- endmacro %}
