{#
  A raw id as text in its one normal form, so that both sides of a join agree: 101, '101 ' and 101.0 (a whole number that
  passed through a column with gaps in pandas or a spreadsheet) are all '101'. Empty text is null.
#}
{% macro clean_id(column) -%}
    {{ regex_replace(clean_text(column), '^(-?[0-9]+)[.]0+$', '\\1') }}
{%- endmacro %}
