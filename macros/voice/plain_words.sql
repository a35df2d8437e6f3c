{#
  Text as plain words with one blank between them, as they are compared: fold_text and fold_umlauts, punctuation dropped.
  What ends a clause (a stop, a comma, a dash, a new line) stays as the word |.
#}
{% macro plain_words(text) -%}
    {%- set folded = fold_umlauts(fold_text("replace(" ~ text ~ ", '\u2019', ' ')")) -%}
    {%- set clauses = regex_replace(folded, '[.,;!?()|…\\r\\n\\t]+| -+ ', ' | ') -%}
    {%- set words = regex_replace(clauses, '[!-/:-@\\[-`{}~]+', ' ') -%}
    trim({{ regex_replace(words, ' +', ' ') }})
{%- endmacro %}
