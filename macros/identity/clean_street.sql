{#
  The street line as plain words with one blank between them: accents folded, the flat, floor or suite cut out, '79th'
  is '79', '3450-54' is '3450', 'Hauptstraße' is 'haupt'. Null for post boxes, which say nothing about where a company
  is. int_identity__streets makes the key of it.
#}
{% macro clean_street(column) -%}
    {%- set text = "replace(replace(" ~ fold_text(column) ~ ", chr(39), ''), chr(10), ' , ')" -%}
    {%- set text = regex_replace(text, '(^|[^a-z])[0-9]+(st|nd|rd|th) (floor|flr|fl)([^a-z]|$)', ' ') -%}
    {%- set flats = 'suite|ste|unit|apt|apartment|floor|flr|room|rm|bldg|building|etage|stock|#' -%}
    {%- set text = regex_replace(
        text, '(^|[^a-z])(' ~ flats ~ ')[. #]*([0-9][0-9a-z-]*|[a-z])?( |,|[.]|$)', ' '
    ) -%}
    {#- 12-14 and 3450-54 are ranges; 2-176 is a block and a house -#}
    {%- set text = regex_replace(
        text, '(^|[^0-9-])([0-9]{4,}|[0-9]{3}|[0-9]{2}) *[?]? *- *[0-9]{1,4}($|[^0-9-])', '\\1\\2\\3'
    ) -%}
    {%- set text = regex_replace(text, '([0-9]) ?(st|nd|rd|th)([^a-z0-9]|$)', '\\1 ') -%}
    {%- set text = regex_replace(text, '([a-z])(strasse|str)([^a-z]|$)', '\\1 ') -%}
    {%- set text = "trim(" ~ regex_replace(text, '[^\\p{L}\\p{N}]+', ' ') ~ ")" -%}
    nullif({{ regex_replace(text, '(^|.* )(p ?o ?box|postfach|apartado|boite postale)( .*|$)', '') }}, '')
{%- endmacro %}
