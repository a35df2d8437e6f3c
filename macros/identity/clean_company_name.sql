{#
  A company name as plain words with one blank between them: accents folded, '&' and '+' are 'and', dots of
  abbreviations closed ('S. p. A.' is 'spa', 'A/S' is 'as'), other punctuation a blank, a leading 'the' dropped.
  Legal forms are still there; int_identity__names takes them off by the seed identity_legal_forms.
#}
{% macro clean_company_name(column) -%}
    {%- set text = "replace(replace(replace(" ~ fold_text(column) ~ ", chr(39), ''), '&', ' and '), '+', ' and ')" -%}
    {#- the dots of letters that stand alone: 's. p. a.' becomes 'sp. a.' and then 'spa.' -#}
    {%- set text = regex_replace(text, '(^| )([a-z])[.] ([a-z])[.]', '\\1\\2\\3.') -%}
    {%- set text = regex_replace(text, '(^| )([a-z][a-z])[.] ([a-z])[.]', '\\1\\2\\3.') -%}
    {%- set text = regex_replace(text, '(^| )([a-z])/([a-z])( |$)', '\\1\\2\\3\\4') -%}
    {%- set text = "replace(" ~ text ~ ", '.', '')" -%}
    {%- set text = "trim(" ~ regex_replace(text, '[^\\p{L}\\p{N}]+', ' ') ~ ")" -%}
    nullif({{ regex_replace(text, '^the ([^ ])', '\\1') }}, '')
{%- endmacro %}

{# A clean name in which letters that stand alone belong together: 'n v' is 'nv', 's r l' is 'srl'. #}
{% macro joined_letters(name) -%}
    {%- set text = regex_replace(name, '\\b([a-z]) ([a-z]) ([a-z]) ([a-z])\\b', '\\1\\2\\3\\4') -%}
    {%- set text = regex_replace(text, '\\b([a-z]) ([a-z]) ([a-z])\\b', '\\1\\2\\3') -%}
    {{ regex_replace(text, '\\b([a-z]) ([a-z])\\b', '\\1\\2') }}
{%- endmacro %}
